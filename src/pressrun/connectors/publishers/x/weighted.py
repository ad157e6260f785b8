"""The length of a text as X counts it: letters one or two, whatever is drawn as one emoji two, a link 23."""

import re
import unicodedata

from pressrun.connectors.publishers.x.emoji import EMOJI
from pressrun.connectors.publishers.x.links import links

LINK_LENGTH = 23
EMOJI_LENGTH = 2
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_FORBIDDEN = re.compile("[\ufffe\ufeff\uffff]")
_CASHTAG = re.compile(
    r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?=$|\s|[!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$])"
)


def weighted_length(text: str) -> int:
    """What X holds against its 280."""
    composed = unicodedata.normalize("NFC", text)
    length = at = 0
    for link in links(composed):
        length += _length(composed[at : link.start]) + LINK_LENGTH
        at = link.end
    return length + _length(composed[at:])


def _length(text: str) -> int:
    """Of a text without links."""
    rest, emoji = EMOJI.subn("", text)
    return EMOJI_LENGTH * emoji + len(rest) + len(_HEAVY.findall(rest))


def forbidden(text: str) -> list[str]:
    """The letters that X takes in no post, as code points: byte order marks and their kin."""
    return sorted({f"U+{ord(letter):04X}" for letter in _FORBIDDEN.findall(text)})


def cashtags(text: str) -> list[str]:
    """The names of stocks in a text, such as `$TSLA`."""
    return _CASHTAG.findall(text)
