"""The typeface of cards, and which characters it can draw."""

import functools
import io
import re
import unicodedata
from enum import StrEnum
from importlib.resources import files

from fontTools.ttLib import TTFont
from PIL import ImageFont

from pressrun.domain.problems import Problem

_SHOWN_MISSING = 12
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_BEFORE_MARK = re.compile(r" +(?=[!?.,…。、:;)\]”’])")
_SYMBOL_CATEGORIES = frozenset({"So", "Sk", "Sm", "Me", "Co", "Cn"})
_SYMBOLS_AMONG_LETTERS = frozenset("‼⁉ℹ〰")


class Weight(StrEnum):
    """The cuts of Pretendard that ship with the package."""

    REGULAR = "Regular"
    BOLD = "Bold"


def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """A font of `size` pixels. Always a new one: FreeType faces must not be shared between threads."""
    return ImageFont.truetype(io.BytesIO(_font_file(weight)), size)


def tidy(text: str) -> str:
    """Text ready for setting: composed, without invisible characters, one space at a time, lines kept."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(character for character in composed if not _is_invisible(character))
    lines = (_SPACES.sub(" ", line).strip() for line in visible.split("\n"))
    return "\n".join(line for line in lines if line)


def drawable(text: str) -> str:
    """The text without the emoji and symbols that the typeface lacks; letters it lacks stay."""
    known = _drawable_everywhere()
    plain = tidy(text)
    kept = "".join(character for character in plain if ord(character) in known or not _is_symbol(character))
    return plain if kept == plain else _SPACE_BEFORE_MARK.sub("", tidy(kept))


def check_glyphs(*texts: str) -> None:
    """Raises `Problem` `glyph_missing` naming the characters of tidied texts that would come out as boxes."""
    known = _drawable_everywhere()
    missing = dict.fromkeys(
        character for text in texts for character in text if character != "\n" and ord(character) not in known
    )
    if missing:
        raise Problem.invalid("glyph_missing", characters=" ".join(list(missing)[:_SHOWN_MISSING]))


def _is_invisible(character: str) -> bool:
    """Joiners, variation selectors, direction marks, controls: nothing a card shows."""
    if character.isspace():
        return False
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Cs") or 0xFE00 <= ord(character) <= 0xFE0F


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in _SYMBOL_CATEGORIES or character in _SYMBOLS_AMONG_LETTERS


@functools.cache
def _font_file(weight: Weight) -> bytes:
    return files("pressrun.rendering").joinpath("fonts", f"Pretendard-{weight.value}.otf").read_bytes()


@functools.cache
def _drawable_everywhere() -> frozenset[int]:
    """The code points that every cut has."""
    maps = [TTFont(io.BytesIO(_font_file(weight)), lazy=True).getBestCmap() or {} for weight in Weight]
    return frozenset(maps[0]).intersection(*maps[1:])
