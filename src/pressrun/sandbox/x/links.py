"""Finds the links in a text as X does: with http(s):// any domain, without it a known ending is needed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pressrun.sandbox.x.tlds import TLDS

_ASCII_ENDINGS = "|".join(sorted((tld for tld in TLDS if tld.isascii()), key=len, reverse=True))
_OTHER_ENDINGS = "|".join(sorted((tld for tld in TLDS if not tld.isascii()), key=len, reverse=True))
_ENDING = (
    rf"(?:(?:{_ASCII_ENDINGS}|xn--[\-0-9a-z]+)(?=[^0-9a-zA-Z@+\-]|$)"
    rf"|(?:{_OTHER_ENDINGS})(?![^\W_]))"
)
_ASCII_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9_\-]*[a-zA-Z0-9])?"
_LABEL = r"[^\W_](?:[\w\-]*[^\W_])?"

# Latin letters with marks, and Cyrillic ones; no Hangul, no kana, no Chinese characters.
_LETTERS = "a-zA-Z0-9À-ÖØ-öø-ÿĀ-ɏɓɔɖɗəɛɣɨɯɲʉʋʻ\u0300-\u036fḀ-ỿ\u0400-\u04ff"
_IN_PATH = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\-_~@|&]"
_AT_PATH_END = rf"[{_LETTERS}=_#/+\-]"
_IN_BRACKETS = rf"\({_IN_PATH}*(?:\({_IN_PATH}*\){_IN_PATH}*)?\)"
_PATH = rf"/(?:(?:{_IN_PATH}|{_IN_BRACKETS})*(?:{_AT_PATH_END}|{_IN_BRACKETS}))?"
_QUERY = r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]"
_REST = rf"(?::[0-9]+)?(?:{_PATH})?(?:{_QUERY})?"

_WITH_SCHEME = re.compile(rf"(?<![A-Za-z0-9@＠$#＃])https?://(?:{_LABEL}\.)+{_ENDING}{_REST}", re.IGNORECASE)
_BARE = re.compile(rf"(?<![A-Za-z0-9@＠$#＃\-_./])(?:{_ASCII_LABEL}\.)+{_ENDING}{_REST}", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link in a text, from `start` to before `end`."""

    start: int
    end: int
    url: str

    @property
    def address(self) -> str:
        """With a scheme, as a browser opens it."""
        return self.url if "://" in self.url else f"http://{self.url}"


def links(text: str) -> list[Link]:
    """In order, none inside another."""
    return list(_found(text))


def _found(text: str) -> Iterator[Link]:
    at = 0
    while True:
        matches = [match for match in (_WITH_SCHEME.search(text, at), _BARE.search(text, at)) if match]
        if not matches:
            return
        first = min(matches, key=lambda match: match.start())
        yield Link(first.start(), first.end(), first.group())
        at = first.end()
