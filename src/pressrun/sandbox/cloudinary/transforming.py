"""Transformations in a delivery address, as far as pictures need them: format, quality, size and cutting."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageColor, ImageOps

from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad

_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
_CROPS = ("scale", "fit", "limit", "fill", "pad")
_KEYS = ("f", "q", "c", "w", "h", "ar", "b", "fl")


@dataclass(frozen=True)
class Component:
    """One step, such as c_pad,ar_4:5,b_white."""

    values: dict[str, str]

    def number(self, name: str) -> int | None:
        written = self.values.get(name)
        if written is None:
            return None
        if not written.isdigit() or not 0 < int(written) <= 10_000:
            raise bad(f"Invalid value {written} in transformation")
        return int(written)

    def ratio(self) -> float | None:
        written = self.values.get("ar")
        if written is None:
            return None
        wide, _, high = written.partition(":")
        try:
            return float(wide) / float(high or 1)
        except (ValueError, ZeroDivisionError) as broken:
            raise bad(f"Invalid aspect ratio {written}") from broken


def components_of(segments: list[str]) -> list[Component]:
    """The steps that path segments name; raises CloudinaryError for what is none."""
    found = []
    for segment in segments:
        pairs = [part.partition("_") for part in segment.split(",")]
        if unknown := next((name for name, _, value in pairs if name not in _KEYS or not value), None):
            raise bad(f"Invalid transformation component - {unknown}")
        found.append(Component({name: value for name, _, value in pairs}))
    return found


def format_of(components: list[Component], ending: str) -> str:
    """What the file is delivered as: the last f_ counts, `auto` leaves it as it is named."""
    asked = [each.values["f"] for each in components if each.values.get("f", "auto") != "auto"]
    return asked[-1] if asked else ending


def transformed(path: Path, components: list[Component], ending: str) -> tuple[bytes, str]:
    """The picture after all steps, and its media type."""
    kind = _FORMATS.get(ending)
    if kind is None:
        raise bad(f"Invalid extension in transformation: {ending}")
    with Image.open(path) as opened:
        image = ImageOps.exif_transpose(opened)
        for component in components:
            image = _step(image, component)
        written = io.BytesIO()
        _fitting(image, kind).save(written, kind, **_quality(components, kind))
    return written.getvalue(), f"image/{kind.lower()}"


def _step(image: Image.Image, component: Component) -> Image.Image:
    crop = component.values.get("c", "scale")
    if crop not in _CROPS:
        raise CloudinaryError(400, f"Invalid crop mode {crop}")
    size, colour = _size(image, component, grow=crop == "pad"), _colour(component)
    if size == image.size:
        return image
    match crop:
        case "fill":
            return ImageOps.fit(image, size)
        case "pad":
            return ImageOps.pad(_fitting(image, "JPEG"), size, color=colour)
        case "fit":
            return ImageOps.contain(image, size)
        case "limit":
            return (
                image if image.width <= size[0] and image.height <= size[1] else ImageOps.contain(image, size)
            )
    return image.resize(size)


def _size(image: Image.Image, component: Component, *, grow: bool) -> tuple[int, int]:
    """The pixels asked for; what is not said follows from the ratio."""
    width, height, ratio = component.number("w"), component.number("h"), component.ratio()
    if width and height:
        return width, height
    if width or height:
        shape = ratio or image.width / image.height
        return (width, round(width / shape)) if width else (round((height or 1) * shape), height or 1)
    if ratio is None:
        return image.size
    wider = image.width / image.height > ratio
    # Padding keeps the whole picture, cutting keeps what fits.
    if wider == grow:
        return image.width, round(image.width / ratio)
    return round(image.height * ratio), image.height


def _fitting(image: Image.Image, kind: str) -> Image.Image:
    """In a mode that the format can hold; what was transparent becomes white."""
    if kind != "JPEG" or image.mode in ("RGB", "L"):
        return image
    with_alpha = image.convert("RGBA")
    flat = Image.new("RGB", image.size, "white")
    flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return flat


def _quality(components: list[Component], kind: str) -> dict[str, int]:
    asked = [each.values["q"] for each in components if each.values.get("q", "").isdigit()]
    return {"quality": int(asked[-1])} if asked and kind in ("JPEG", "WEBP") else {}


def _colour(component: Component) -> tuple[int, ...]:
    written = component.values.get("b", "white")
    try:
        return ImageColor.getrgb(
            "#" + written.removeprefix("rgb:") if written.startswith("rgb:") else written
        )
    except ValueError as broken:
        raise bad(f"Invalid colour {written}") from broken
