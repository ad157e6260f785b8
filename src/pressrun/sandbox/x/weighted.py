"""The length of a text as X counts it: most letters one, Hangul and emoji two, any link 23."""

import re
import unicodedata

from pressrun.sandbox.x.emoji import EMOJI
from pressrun.sandbox.x.links import links

LINK_WEIGHT = 23
EMOJI_WEIGHT = 2
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
_FORBIDDEN = re.compile("[\ufffe\ufeff\uffff]")
_CASHTAG = re.compile(r"(?:^|(?<=\s))\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|\s|[^\w])")


def weighted_length(text: str) -> int:
    composed = unicodedata.normalize("NFC", text)
    found = links(composed)
    total, at = LINK_WEIGHT * len(found), 0
    for link in found:
        total += _weight(composed[at : link.start])
        at = link.end
    return total + _weight(composed[at:])


def has_forbidden(text: str) -> bool:
    return _FORBIDDEN.search(text) is not None


def cashtags(text: str) -> list[str]:
    return _CASHTAG.findall(text)


def _weight(text: str) -> int:
    """Of a text without links."""
    emoji = len(EMOJI.findall(text))
    return EMOJI_WEIGHT * emoji + sum(map(_weight_of_letter, EMOJI.sub("", text)))


def _weight_of_letter(letter: str) -> int:
    return 1 if any(low <= ord(letter) <= high for low, high in _LIGHT) else 2
