"""How a post reads back: links shortened to t.co, & < > escaped, a link to its media at the end."""

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pressrun.sandbox.posts import PublishedPost
from pressrun.sandbox.x.links import links

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True)
class Rendered:
    """`urls` are the entities; their positions count letters of `text`."""

    text: str
    urls: list[dict[str, Any]]


def rendered(post: PublishedPost, *, handle: str) -> Rendered:
    text, urls = "", list[dict[str, Any]]()
    at = 0
    for link in links(post.text):
        text += _escaped(post.text[at : link.start])
        urls.append(_entity(post, link.address, shown=_shown(link.address), start=len(text)))
        text += urls[-1]["url"]
        at = link.end
    text += _escaped(post.text[at:])
    for address, shown, more in _trailing(post, handle):
        text += " " if text else ""
        urls.append(_entity(post, address, shown=shown, start=len(text)) | more)
        text += urls[-1]["url"]
    return Rendered(text, urls)


def _trailing(post: PublishedPost, handle: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The quoted post and the media are linked at the end, where a client has to take them off."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    quoted = post.details.get("quoted")
    if quoted:
        address = status_url(quoted["handle"], quoted["id"])
        found.append((address, _shown(address), {}))
    keys = post.details["media_keys"]
    if keys:
        kind = "photo" if post.media[0].mime.startswith("image/") else "video"
        address = f"{status_url(handle, post.id)}/{kind}/1"
        found.append((address, f"pic.x.com/{_short(post.id, address)}", {"media_key": keys[0]}))
    return found


def status_url(handle: str, post_id: str) -> str:
    return f"https://x.com/{handle}/status/{post_id}"


def _entity(post: PublishedPost, address: str, *, shown: str, start: int) -> dict[str, Any]:
    short = f"https://t.co/{_short(post.id, address)}"
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": address,
        "display_url": shown,
    }


def _shown(address: str) -> str:
    split = urlsplit(address)
    whole = address.removeprefix(f"{split.scheme}://").removeprefix("www.")
    return whole if len(whole) <= 27 else f"{whole[:26]}…"


def _short(post_id: str, address: str) -> str:
    """Ten signs, which make a link of 23; the same each time the post is read."""
    drawn = int.from_bytes(hashlib.sha256(f"{post_id} {address}".encode()).digest()[:10], "big")
    signs = []
    for _ in range(10):
        drawn, sign = divmod(drawn, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)
