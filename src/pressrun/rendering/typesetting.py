"""Setting text into a column: lines broken between words, balanced, without widows."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ImageFont

from pressrun.rendering.lettering import Weight, font

# Korean words that belong to the one before them, and words that lean on the one after.
_FOLLOWERS = frozenset(
    {"수", "것", "게", "건", "줄", "때", "뿐", "적", "채", "듯", "만큼", "등", "번", "개", "가지"}
)
_LEADERS = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "with", "my", "your"}
    | {"한", "두", "세", "이", "그", "저", "내", "더", "안", "못", "및", "첫"}
)
_LINE_COST = 10.0
_SPLIT_COST = 0.12
_COMMA_BONUS = 0.06
_WIDOW_COST = 0.4
_SHORTEST_LAST_LINE = 0.3


@dataclass(frozen=True)
class Style:
    """How a text is set. `leading` is the distance of baselines in font sizes."""

    weight: Weight
    size: int
    leading: float
    balanced: bool = False
    """All lines about as long as each other, for headlines; else only the last line is watched."""


@dataclass(frozen=True)
class Block:
    """A text set into lines, ready to be drawn; sizes in pixels."""

    lines: tuple[str, ...]
    face: ImageFont.FreeTypeFont
    step: int
    splits_words: bool = False

    @property
    def ascent(self) -> int:
        """From the top of the block to its first baseline."""
        return self.face.getmetrics()[0]

    @property
    def height(self) -> int:
        if not self.lines:
            return 0
        return sum(self.face.getmetrics()) + self.step * (len(self.lines) - 1)

    def fits(self, width: int, height: int) -> bool:
        """Whether every line, measured as it will be drawn, stays inside the column."""
        return self.height <= height and all(self.face.getlength(line) <= width for line in self.lines)

    def cut(self, width: int, height: int) -> "Block":
        """As many lines as fit, the last of them ending in an ellipsis where something was left out."""
        room = max(1, (height - sum(self.face.getmetrics())) // self.step + 1)
        if len(self.lines) <= room:
            return self
        kept = [*self.lines[: room - 1], shortened(self.lines[room - 1] + " …", self.face, width)]
        return Block(tuple(kept), self.face, self.step)


def set_text(text: str, style: Style, width: int) -> Block:
    """The text broken into lines of at most `width` pixels; its own line breaks are kept."""
    face = font(style.weight, style.size)
    lines: list[str] = []
    splits_words = False
    for paragraph in filter(None, text.split("\n")):
        pieces = _pieces(paragraph, face, width)
        splits_words = splits_words or any(piece.glued for piece in pieces)
        lines += _broken(pieces, width, face.getlength(" "), balanced=style.balanced)
    return Block(tuple(lines), face, round(style.size * style.leading), splits_words)


def shortened(line: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """The line, ended early with an ellipsis where it is too long; between words where there is a choice."""
    if face.getlength(line) <= width and not line.endswith(" …"):
        return line
    words = line.removesuffix(" …").split(" ")
    for count in range(len(words), 0, -1):
        attempt = " ".join(words[:count]).rstrip(",.·:;") + "…"
        if face.getlength(attempt) <= width:
            return attempt
    letters = words[0]
    while letters and face.getlength(letters + "…") > width:
        letters = letters[:-1]
    return letters + "…"


@dataclass(frozen=True)
class _Piece:
    """What can't be broken: a word, or a part of one that is wider than the column."""

    text: str
    width: float
    glued: bool
    """It continues the piece before it without a space."""


def _broken(pieces: Sequence[_Piece], width: int, space: float, *, balanced: bool) -> list[str]:
    """The cheapest way to break a paragraph: fewest lines, then the calmest right edge."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(pieces) + 1):
        options = []
        length = 0.0
        for start in range(end - 1, -1, -1):
            gap = 0 if start == end - 1 or pieces[start + 1].glued else space
            length += pieces[start].width + gap
            if length > width and start < end - 1:
                break
            cost = _line_cost(pieces, start, end, length / width, balanced=balanced)
            options.append((best[start][0] + cost, start))
        best.append(min(options))
    return _lines(pieces, best)


def _line_cost(pieces: Sequence[_Piece], start: int, end: int, filled: float, *, balanced: bool) -> float:
    is_last = end == len(pieces)
    slack = (1 - filled) ** 2
    if is_last and not balanced:
        slack = 0.0 if filled >= _SHORTEST_LAST_LINE else _WIDOW_COST
    cost = _LINE_COST + slack
    if is_last and end - start == 1 and len(pieces) > 3:
        cost += _WIDOW_COST
    return cost if is_last else cost + _break_cost(pieces[end - 1].text, pieces[end].text)


def _break_cost(before: str, after: str) -> float:
    """How much a reader minds a line break between two words; less than nothing after a comma."""
    if before.lower() in _LEADERS or after.rstrip(",.!?") in _FOLLOWERS:
        return _SPLIT_COST
    return -_COMMA_BONUS if before.endswith((",", ".", "!", "?", ":")) else 0.0


def _lines(pieces: Sequence[_Piece], best: Sequence[tuple[float, int]]) -> list[str]:
    lines: list[str] = []
    end = len(pieces)
    while end > 0:
        start = best[end][1]
        words = [piece.text if piece.glued else f" {piece.text}" for piece in pieces[start:end]]
        lines.append("".join(words).strip())
        end = start
    return lines[::-1]


def _pieces(paragraph: str, face: ImageFont.FreeTypeFont, width: int) -> list[_Piece]:
    pieces = []
    for word in paragraph.split():
        for number, part in enumerate(_parts(word, face, width)):
            pieces.append(_Piece(part, face.getlength(part), glued=number > 0))
    return pieces


def _parts(word: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The word whole, or in as few parts as the column asks for; never between a letter and its accent."""
    if face.getlength(word) <= width:
        return [word]
    parts = [""]
    for character in word:
        full = parts[-1] and face.getlength(parts[-1] + character) > width
        if full and not unicodedata.combining(character):
            parts.append(character)
        else:
            parts[-1] += character
    return parts
