"""Title cards: pictures made of nothing but words, drawn on this machine.

Three designs in the persona's hue: a deep cover, light pages for what follows, a soft closing card.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageDraw

from pressrun.rendering.colour import RGB, oklch
from pressrun.rendering.lettering import Weight, check_glyphs, drawable, font, tidy
from pressrun.rendering.typesetting import Block, Style, set_text, shortened

_QUALITY = 93
_LONGEST_TEXT = 700
_SMALL_HEADLINE = 62
_SMALLEST_HEADLINE = 40
_MOST_SEGMENTS = 20


class Card(Protocol):
    """What a card says. `hue` in degrees, `position` from 1 to `count`, sizes in pixels."""

    @property
    def headline(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def persona(self) -> str: ...
    @property
    def hue(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


@dataclass(frozen=True)
class Palette:
    """The colours of one design."""

    ground: RGB
    shade: RGB
    """A tone of the ground, for shapes behind the words."""
    headline: RGB
    body: RGB
    quiet: RGB
    accent: RGB


@dataclass(frozen=True)
class Design:
    """How one kind of card looks: sizes in 1/1000 of the card's measure."""

    palette: Palette
    headline: int
    body: int
    lines: int
    """How many lines a headline should have at most; only a small one may have more."""
    start: float
    """Where the words begin in the room between head and foot, 0 to 1; at 1 they stand on the foot."""
    disc: tuple[float, float] | None = None
    """The middle of a large tonal disc, as parts of width and height."""


def cover(hue: int) -> Design:
    """The first card, and a card that stands alone."""
    palette = Palette(
        ground=oklch(0.37, 0.105, hue),
        shade=oklch(0.42, 0.115, hue),
        headline=oklch(0.985, 0.008, hue),
        body=oklch(0.89, 0.035, hue),
        quiet=oklch(0.84, 0.05, hue),
        accent=oklch(0.80, 0.115, hue),
    )
    return Design(palette, headline=116, body=41, lines=4, start=1.0, disc=(0.84, 0.155))


def page(hue: int) -> Design:
    """Every card between the first and the last."""
    palette = Palette(
        ground=oklch(0.974, 0.010, hue),
        shade=oklch(0.90, 0.022, hue),
        headline=oklch(0.26, 0.035, hue),
        body=oklch(0.39, 0.03, hue),
        quiet=oklch(0.50, 0.03, hue),
        accent=oklch(0.56, 0.14, hue),
    )
    return Design(palette, headline=100, body=44, lines=3, start=0.17)


def closing(hue: int) -> Design:
    """The last card of several."""
    palette = Palette(
        ground=oklch(0.905, 0.050, hue),
        shade=oklch(0.865, 0.070, hue),
        headline=oklch(0.29, 0.075, hue),
        body=oklch(0.37, 0.065, hue),
        quiet=oklch(0.42, 0.06, hue),
        accent=oklch(0.47, 0.13, hue),
    )
    return Design(palette, headline=100, body=44, lines=3, start=0.17, disc=(0.84, 0.86))


def draw(card: Card) -> bytes:
    """The card as a JPEG. Raises `Problem` `glyph_missing` where the typeface lacks a character."""
    headline, body = tidy(card.headline)[:_LONGEST_TEXT], tidy(card.body)[:_LONGEST_TEXT]
    persona = drawable(card.persona).replace("\n", " ")
    check_glyphs(headline, body, persona)
    sheet = _Sheet.blank(card, _design(card))
    sheet.draw_disc()
    sheet.draw_head(persona, f"{card.position}/{card.count}" if card.count > 1 else "")
    sheet.draw_words(headline, body)
    if card.count > 1:
        sheet.draw_progress(card.position, card.count)
    return sheet.encoded()


def _design(card: Card) -> Design:
    if card.position <= 1:
        return cover(card.hue)
    return closing(card.hue) if card.position >= card.count else page(card.hue)


@dataclass(frozen=True)
class _Sheet:
    """A card being drawn: the picture, its design, and the frame that no word leaves."""

    image: Image.Image
    design: Design
    unit: float
    """1/1000 of the card's measure in pixels."""
    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def blank(cls, card: Card, design: Design) -> "_Sheet":
        measure = min(card.width, card.height * 0.95)
        margin = round(measure * 0.089)
        # Apps lay their own controls over both ends of a tall story.
        is_tall = card.height > card.width * 1.5
        head, foot = (0.13, 0.17) if is_tall else (0.0, 0.0)
        return cls(
            image=Image.new("RGB", (card.width, card.height), design.palette.ground),
            design=design,
            unit=measure / 1000,
            left=margin,
            top=max(margin, round(card.height * head)),
            right=card.width - margin,
            bottom=card.height - max(margin, round(card.height * foot)),
        )

    def px(self, thousandths: float) -> int:
        return max(1, round(thousandths * self.unit))

    def draw_disc(self) -> None:
        """One large disc, half outside: gives the first and the last card weight without saying anything."""
        if self.design.disc is None:
            return
        width, height = self.image.size
        centre = round(width * self.design.disc[0]), round(height * self.design.disc[1])
        self._disc(centre, round(min(width, height) * 0.46), self.design.palette.shade)

    def draw_head(self, persona: str, mark: str) -> None:
        """The persona's name on the left, the position on the right, on one baseline."""
        pen = ImageDraw.Draw(self.image)
        size = self.px(30)
        name_face, mark_face = font(Weight.BOLD, size), font(Weight.REGULAR, size)
        baseline = self.top + name_face.getmetrics()[0]
        mark_width = mark_face.getlength(mark)
        if persona:
            room = round((self.right - self.left - mark_width) * 0.85)
            name = shortened(persona, name_face, room)
            pen.text((self.left, baseline), name, self.design.palette.quiet, name_face, anchor="ls")
        pen.text((self.right, baseline), mark, self.design.palette.quiet, mark_face, anchor="rs")

    def draw_words(self, headline: str, body: str) -> None:
        """Headline and body as one group in the room between head and foot."""
        top, bottom = self.top + self.px(110), self.bottom - self.px(64)
        rule, gap = self.px(46), self.px(40)
        head, text = self._fitted(headline, body, bottom - top - rule - gap)
        parted = gap if head.lines and text.lines else 0
        group = rule + head.height + parted + text.height
        # The same start on every page keeps the eye still while swiping; long texts begin higher.
        at = min(top + round((bottom - top) * self.design.start), bottom - group)
        self._rule(at)
        self._print(head, at + rule, self.design.palette.headline)
        self._print(text, at + rule + head.height + parted, self.design.palette.body)

    def draw_progress(self, position: int, count: int) -> None:
        """One segment for each card, the ones so far in the accent colour."""
        if count > _MOST_SEGMENTS:
            return
        pen = ImageDraw.Draw(self.image)
        gap, thick = self.px(9), self.px(5)
        room = (self.right - self.left + gap) / count
        for number in range(count):
            start = round(self.left + number * room)
            end = round(self.left + (number + 1) * room) - gap - 1
            colour = self.design.palette.accent if number < position else self.design.palette.shade
            pen.rectangle((start, self.bottom - thick, max(start, end), self.bottom - 1), fill=colour)

    def encoded(self) -> bytes:
        buffer = io.BytesIO()
        self.image.save(buffer, "JPEG", quality=_QUALITY, subsampling=0, optimize=True)
        return buffer.getvalue()

    def _fitted(self, headline: str, body: str, room: int) -> tuple[Block, Block]:
        """Both texts in the largest sizes that fit together; the last resort cuts them with an ellipsis."""
        width = min(self.right - self.left, self.px(1150))
        body_width = min(width, self.px(800))
        head = text = None
        for size, head_style, body_style in self._styles():
            head = set_text(headline, head_style, width)
            text = set_text(body, body_style, body_width)
            is_calm = len(head.lines) <= self.design.lines and not head.splits_words
            fits = head.fits(width, room - text.height) and text.fits(body_width, room)
            if fits and (is_calm or size <= _SMALL_HEADLINE):
                return head, text
        assert head is not None
        assert text is not None
        head = head.cut(width, round(room * 0.6) if body else room)
        return head, text.cut(body_width, room - head.height)

    def _styles(self) -> Iterator[tuple[int, Style, Style]]:
        """Sizes from the design's own downwards; the body shrinks half as fast as the headline."""
        span = self.design.headline - _SMALLEST_HEADLINE
        for size in range(self.design.headline, _SMALLEST_HEADLINE - 1, -4):
            body = self.design.body * (0.66 + 0.34 * (size - _SMALLEST_HEADLINE) / span)
            yield (
                size,
                Style(Weight.BOLD, self.px(size), 1.26, balanced=True),
                Style(Weight.REGULAR, self.px(body), 1.58),
            )

    def _rule(self, at: int) -> None:
        pen = ImageDraw.Draw(self.image)
        box = (self.left, at, self.left + self.px(64) - 1, at + self.px(7) - 1)
        pen.rectangle(box, fill=self.design.palette.accent)

    def _print(self, block: Block, top: int, colour: RGB) -> None:
        pen = ImageDraw.Draw(self.image)
        for number, line in enumerate(block.lines):
            baseline = top + block.ascent + number * block.step
            # Large letters carry white at their left; without it they stand exactly on the margin.
            pen.text((self.left - _bearing(line, block), baseline), line, colour, block.face, anchor="ls")

    def _disc(self, centre: tuple[int, int], radius: int, colour: RGB) -> None:
        """A filled circle with a smooth edge: drawn twice as large, then halved."""
        size = self.image.size
        mask = Image.new("L", (size[0] * 2, size[1] * 2))
        x, y, r = centre[0] * 2, centre[1] * 2, radius * 2
        ImageDraw.Draw(mask).ellipse((x - r, y - r, x + r, y + r), fill=255)
        self.image.paste(colour, mask=mask.resize(size, Image.Resampling.BOX))


def _bearing(line: str, block: Block) -> int:
    """The white between the pen's position and the ink of the first letter."""
    mask, offset = block.face.getmask2(line[0], anchor="ls")
    box = mask.getbbox()
    return round(offset[0]) + (box[0] if box else 0)
