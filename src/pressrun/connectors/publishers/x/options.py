"""The options of a post on X: `reply_settings`, `made_with_ai`, `in_reply_to`, `quote`.

Posts are named by their id or by their address. Read with every flaw named; what can't be read is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pressrun.domain.problems import Flaw

EVERYONE = "everyone"
REPLY_SETTINGS = (EVERYONE, "following", "mentionedUsers", "subscribers", "verified")
MAX_ADDRESS = 200

_ID = re.compile(r"\d{1,19}")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class PostOptions:
    """What a person chose; empty means that X's own default holds."""

    reply_settings: str = ""
    made_with_ai: bool = False
    in_reply_to: str = ""
    quote: str = ""


def read(options: Mapping[str, Any]) -> tuple[PostOptions, list[Flaw]]:
    """The options of a draft, and everything in them that X would refuse."""
    flaws: list[Flaw] = []
    chosen = PostOptions(
        reply_settings=_reply_settings(options, flaws),
        made_with_ai=_flag(options, "made_with_ai", flaws),
        in_reply_to=_post(options, "in_reply_to", flaws),
        quote=_post(options, "quote", flaws),
    )
    return chosen, flaws


def post_id_in(address: str) -> str:
    """The id of the post that an address leads to; empty where it leads to none."""
    path = address.partition("?")[0].partition("#")[0].rstrip("/")
    found = re.search(r"/status(?:es)?/(\d{1,19})(?:/|$)", path) or re.search(r"/(\d{1,19})$", path)
    return found[1] if found else ""


def _reply_settings(options: Mapping[str, Any], flaws: list[Flaw]) -> str:
    value = options.get("reply_settings") or EVERYONE
    if value not in REPLY_SETTINGS:
        known = {"option": "reply_settings", "choices": ", ".join(REPLY_SETTINGS)}
        flaws.append(Flaw("setting_choice", "options.reply_settings", known))
        return ""
    return "" if value == EVERYONE else value


def _flag(options: Mapping[str, Any], name: str, flaws: list[Flaw]) -> bool:
    value = options.get(name)
    if value is not None and not isinstance(value, bool):
        flaws.append(_malformed(name))
    return value is True


def _post(options: Mapping[str, Any], name: str, flaws: list[Flaw]) -> str:
    value = options.get(name)
    if value in (None, ""):
        return ""
    said = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if _ID.fullmatch(said):
        return said
    found = post_id_in(said) if _ADDRESS.fullmatch(said) else ""
    if not found:
        flaws.append(_malformed(name))
    return found


def _malformed(name: str) -> Flaw:
    return Flaw("setting_malformed", f"options.{name}", {"option": name})
