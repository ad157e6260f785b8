"""Whether a post that X shows is the one that was sent: X shortens links, escapes signs and adds links.

Two forms of a text are compared. The first has its links written out, which fits if X kept them as they were;
the second has none of them, which still fits where X wrote them differently.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from pressrun.connectors.publishers.x.links import links

_A_LINK = "\ufffc"
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def comparable(text: str) -> str:
    """A text as it is compared with what X shows: composed, blanks as one, links without their scheme."""
    return _tidy(_SCHEME.sub("", unicodedata.normalize("NFC", text)))


def without_links(text: str) -> str:
    """A text with a mark where each link stands."""
    composed = unicodedata.normalize("NFC", text)
    pieces, at = [], 0
    for link in links(composed):
        pieces += [composed[at : link.start], _A_LINK]
        at = link.end
    return _tidy("".join([*pieces, composed[at:]]))


def shown(post: Mapping[str, Any], *, quote: str) -> tuple[str, str]:
    """Both forms of a post's text, without the links that X appended for its media and its quote."""
    written_out = marked = _unescaped(str(post.get("text") or ""))
    for short, address in _entities(post):
        is_added = _leads_to_own_media(address, str(post.get("id"))) or _leads_to(address, quote)
        if is_added and written_out.rstrip().endswith(short):
            written_out, marked = (
                written_out.rstrip().removesuffix(short),
                marked.rstrip().removesuffix(short),
            )
    for short, address in _entities(post):
        written_out, marked = written_out.replace(short, address), marked.replace(short, _A_LINK)
    return comparable(written_out), _tidy(unicodedata.normalize("NFC", marked))


def sha256(text: str) -> str:
    """What is kept of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _entities(post: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each shortened link with the address it stands for, the last one first."""
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, dict) else None
    for entity in reversed(urls) if isinstance(urls, list) else ():
        match entity:
            case {"url": str(short), "expanded_url": str(address)} if short:
                yield short, address


def _leads_to_own_media(address: str, post_id: str) -> bool:
    return re.search(rf"/status/{re.escape(post_id)}/(photo|video)/\d+$", address) is not None


def _leads_to(address: str, post_id: str) -> bool:
    return bool(post_id) and address.rstrip("/").endswith(f"/status/{post_id}")


def _unescaped(text: str) -> str:
    """X escapes these three signs, and the ampersand before the others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _tidy(text: str) -> str:
    return " ".join(text.split())
