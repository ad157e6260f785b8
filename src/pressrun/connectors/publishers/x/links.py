"""The links in a text as X finds them: with http(s):// or bare, such as `example.com`.

X takes nearly every letter of every script for a part of a name, so a name is read as far as it goes and
then cut back to the last dot that a top-level domain follows. Without a scheme, only the Latin names inside
it are links.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pressrun.connectors.publishers.x.tlds import ASCII_TLDS, OTHER_TLDS

# No letters: ASCII signs, blanks, marks of direction. What begins a scheme is not swallowed by a name.
_SIGNS = r"\s!#-/:-@\[-_{-~\u180e\ufeff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_SCHEME = "[Hh][Tt][Tt][Pp][Ss]?://"
_LETTERS = rf"(?:[^{_SIGNS}Hh]|(?!{_SCHEME})[Hh])++"
_LABEL = rf"{_LETTERS}(?:[-_]++{_LETTERS})*+"
_NAME = re.compile(rf"(?<![A-Za-z0-9@＠$#＃])(?P<scheme>{_SCHEME})?(?P<name>{_LABEL}(?:\.{_LABEL})*+)")
_LATIN = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272"
)
_LATIN += r"\u0289\u02bb\u0300-\u036f\u1e00-\u1eff"
_LATIN_LABELS = re.compile(rf"(?:[-A-Za-z0-9{_LATIN}]++\.)++")
_GOES_ON = re.compile("[-0-9A-Za-z@+]")
_ASCII_LABEL = re.compile(r"[-a-zA-Z0-9]++")
_OTHER_TLD = re.compile("|".join(sorted(OTHER_TLDS, key=len, reverse=True)))

_PATH_LETTERS = rf"A-Za-z0-9\u0400-\u04ff{_LATIN}"
_IN_PATH = rf"[{_PATH_LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_BRACKETS = rf"\((?:{_IN_PATH}+|{_IN_PATH}*\({_IN_PATH}+\){_IN_PATH}*)\)"
_PATH = rf"/(?:(?:{_IN_PATH}|{_BRACKETS})*(?:[{_PATH_LETTERS}+\-=_#/]|{_BRACKETS}))?"
_QUERY = r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/]"
_TAIL = re.compile(rf"(?::[0-9]+)?(?P<path>{_PATH})?(?:{_QUERY})?")
_SHORT = re.compile(rf"{_SCHEME}[Tt]\.[Cc][Oo]/(?P<slug>[A-Za-z0-9]+)(?:{_QUERY})?")
_CODED = "xn--"
_LONGEST_LABEL, _LONGEST_SLUG = 63, 40
_SPOILS_BARE = frozenset("-_./")
"""What stands before a bare name that is no link."""


class Link(NamedTuple):
    """A link lies from `start` to before `end`."""

    start: int
    end: int


def links(text: str) -> list[Link]:
    """Every link of an NFC text, in order, none inside another."""
    found: list[Link] = []
    at = 0
    while name := _NAME.search(text, at):
        host_end = _cut_back(text, name.start("name"), name.end("name"))
        if host_end is None:
            at = name.end()
            continue
        tail = _TAIL.match(text, host_end)
        assert tail is not None, "a tail may be empty"
        at = tail.end() + 1  # The letter after a link can't be the first one of the next.
        if not _is_speakable(text[name.start("name") : host_end]):
            continue
        found.extend(_with_scheme(text, name, tail) if name["scheme"] else _bare(text, name, tail))
    return found


def _is_speakable(host: str) -> bool:
    """Whether the name system can carry it: some words are too long for a label."""
    return all(
        len(label) <= _LONGEST_LABEL
        if label.isascii()
        else len(label.encode("punycode")) + len(_CODED) <= _LONGEST_LABEL
        for label in host.split(".")
    )


def _with_scheme(text: str, name: re.Match[str], tail: re.Match[str]) -> Iterator[Link]:
    short = _SHORT.match(text, name.start())
    if short is None:
        yield Link(name.start(), tail.end())
    elif len(short["slug"]) <= _LONGEST_SLUG:
        yield Link(name.start(), short.end())


def _bare(text: str, name: re.Match[str], tail: re.Match[str]) -> Iterator[Link]:
    """The Latin names of a host; what follows the host belongs to the last one."""
    if text[max(name.start() - 1, 0) : name.start()] in _SPOILS_BARE:
        return
    host_end = tail.start()
    inside = [
        Link(latin.start(), end)
        for latin in _LATIN_LABELS.finditer(text, name.start(), host_end)
        if (end := _cut_back(text, latin.start(), latin.end(), stop=host_end)) is not None
    ]
    yield from inside[:-1]
    for last in inside[-1:]:
        yield Link(last.start, tail.end() if tail["path"] else last.end)


def _cut_back(text: str, start: int, end: int, *, stop: int | None = None) -> int | None:
    """Where the longest host within a name ends; the label before its last dot takes no underscore."""
    dots = [at for at in range(start, end) if text[at] == "."]
    for before, dot in reversed([*zip([start, *dots], dots, strict=False)]):
        if "_" not in text[before:dot]:
            host_end = _tld_end(text, dot + 1, len(text) if stop is None else stop)
            if host_end is not None:
                return host_end
    return None


def _tld_end(text: str, start: int, stop: int) -> int | None:
    label = _ASCII_LABEL.match(text, start, stop)
    if label is not None:
        word = label[0].lower()
        if word.startswith(_CODED) and word != _CODED:
            return label.end()
        if word in ASCII_TLDS:
            return None if _GOES_ON.match(text, label.end(), stop) else label.end()
    other = _OTHER_TLD.match(text, start, stop)
    if other is None or _GOES_ON.match(text, other.end(), stop):
        return None
    return other.end()
