"""Finds the links in a text as X does: with http(s):// in any script, without it only in Latin letters.

A domain ends with a known top-level domain. Emoji and quotation marks count as letters of a domain, which
is why a link that touches them is cut out of what surrounds it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pressrun.sandbox.x.tlds import TLDS

# Everything but spaces, most ASCII signs, and marks of direction; a scheme is not swallowed.
_LETTER = r"(?!https?://)[^\s!#-/:-@\[-_{-~\ufffe\ufeff\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_LABEL = rf"(?:{_LETTER})++(?:[_\-]++(?:{_LETTER})++)*+"
_NAME = re.compile(
    rf"(?<![A-Za-z0-9@＠$#＃])(?P<scheme>https?://)?(?P<labels>{_LABEL}(?:\.{_LABEL})*+)", re.I
)
_LATIN = "a-zA-Z0-9À-ÖØ-öø-ÿĀ-ɏɓɔɖɗəɛɣɨɯɲʉʋʻḀ-ỿ"
_LATIN_LABELS = re.compile(rf"(?:[\-{_LATIN}]++\.)++")
_ASCII_ENDING = re.compile(r"[\-a-zA-Z0-9]++(?![@+])")
_OTHER_ENDING = re.compile(
    rf"(?:{'|'.join(sorted(tld for tld in TLDS if not tld.isascii()))})(?![\-a-zA-Z0-9@+])"
)

_PATH_LETTERS = rf"{_LATIN}\u0300-\u036f\u0400-\u04ff"
_IN_PATH = rf"[{_PATH_LETTERS}!*';:=+,.$/%#\[\]\-_~@|&]"
_IN_BRACKETS = rf"\({_IN_PATH}*(?:\({_IN_PATH}*\){_IN_PATH}*)?\)"
_PATH = rf"/(?:(?:{_IN_PATH}|{_IN_BRACKETS})*(?:[{_PATH_LETTERS}=_#/+\-]|{_IN_BRACKETS}))?"
_QUERY = r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]"
_REST = re.compile(rf"(?::[0-9]+)?(?P<path>{_PATH})?(?:{_QUERY})?")
_SHORTENED = re.compile(rf"https?://t\.co/[a-z0-9]+(?:{_QUERY})?", re.I)
_NOT_BEFORE_BARE = ("-", "_", ".", "/")


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
    found: list[Link] = []
    at = 0
    while name := _NAME.search(text, at):
        domain_end = _domain_end(text, name.start("labels"), name.end("labels"))
        rest = _REST.match(text, domain_end) if domain_end else None
        if rest is None:
            at = name.end()
            continue
        spans = [_with_scheme(text, name.start(), rest.end())] if name["scheme"] else _bare(text, name, rest)
        found.extend(Link(start, end, text[start:end]) for start, end in spans)
        # What ends one link cannot begin the next: there is at least one letter between them.
        at = rest.end() + 1
    return found


def _domain_end(text: str, start: int, stop: int) -> int | None:
    """Where the longest domain ends that begins at `start`; its last label but one takes no underscore."""
    dots = [place for place in range(start, stop) if text[place] == "."]
    for dot in reversed(dots):
        end = _ending_end(text, dot + 1)
        if end is not None and "_" not in text[start:dot].rpartition(".")[2]:
            return end
    return None


def _ending_end(text: str, start: int) -> int | None:
    """Where the top-level domain ends that stands at `start`."""
    match = _ASCII_ENDING.match(text, start)
    if match and (match.group().lower() in TLDS or match.group().lower().startswith("xn--")):
        return match.end()
    match = _OTHER_ENDING.match(text, start)
    return match.end() if match else None


def _with_scheme(text: str, start: int, end: int) -> tuple[int, int]:
    shortened = _SHORTENED.match(text, start, end)
    return start, shortened.end() if shortened else end


def _bare(text: str, name: re.Match[str], rest: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The Latin domains inside; the path belongs to the last one, and a query only counts behind a path."""
    if text[: name.start()].endswith(_NOT_BEFORE_BARE):
        return
    start, domain = name.start(), text[name.start() : rest.start()]
    ends = [
        (labels, _domain_end(domain, labels.start(), labels.end()))
        for labels in _LATIN_LABELS.finditer(domain)
    ]
    spans = [(start + labels.start(), start + end) for labels, end in ends if end is not None]
    yield from spans[:-1]
    for begin, end in spans[-1:]:
        yield begin, rest.end() if rest["path"] else end
