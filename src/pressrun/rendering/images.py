"""Images as platforms take them: upright, opaque, sRGB, JPEG, within all limits, without metadata."""

import io
import math
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageCms

from pressrun.domain.media import ImageRules, MediaFacts, MediaKind
from pressrun.domain.problems import Problem
from pressrun.rendering.opening import (
    DECODING,
    UNREADABLE,
    broken,
    displayed_size,
    open_image,
    orientation,
    turned,
)

JPEG = "image/jpeg"
_QUALITIES = (92, 86, 80, 72, 64, 55)
_SHRINK = 0.8
_THUMBNAIL_QUALITY = 82
_WHITE = (255, 255, 255)

Size = tuple[int, int]


def conform(source: Path, target: Path, rules: ImageRules) -> MediaFacts:
    """Writes to `target` a JPEG of `source` that `rules` accept; padded to the ratio, never cropped.

    Raises `Problem` as `probe` does, and `ValueError` where no JPEG could ever satisfy the rules.
    """
    if JPEG not in rules.mimes:
        raise ValueError("only JPEG can be made, and these rules do not take it")
    picture = _upright(source, lambda size: _fitted(size, rules))
    for framed, quality in _attempts(picture, rules):
        encoded = _encoded(framed, quality)
        if len(encoded) <= rules.max_bytes:
            return _written(encoded, framed.size, target)
    raise ValueError(f"no JPEG fits into {rules.max_bytes} bytes")


def thumbnail(source: Path, target: Path, *, width: int = 480) -> MediaFacts:
    """Writes a small JPEG, at most `width` wide and twice as high. Raises `Problem` as `probe` does."""
    picture = _upright(source, lambda size: _within(size, (width, width * 2)))
    clean = _framed(picture, picture.size)
    return _written(_encoded(clean, _THUMBNAIL_QUALITY), clean.size, target)


def canvas_for(size: Size, ratio: tuple[float, float]) -> Size:
    """The smallest canvas around a picture of `size` whose width divided by height lies in `ratio`."""
    lowest, highest = ratio
    width, height = size
    first = max(height, math.ceil(width / highest - 1e-6))
    for tall in range(first, first * 2 + 1000):
        wide = max(width, math.ceil(lowest * tall - 1e-6))
        if lowest <= wide / tall <= highest:
            return wide, tall
    raise ValueError(f"no picture has a ratio between {lowest} and {highest}")


def _attempts(picture: Image.Image, rules: ImageRules) -> Iterator[tuple[Image.Image, int]]:
    """Every way to make it smaller, the least harmful first: quality, then size."""
    while True:
        framed = _framed(picture, canvas_for(picture.size, rules.ratio))
        for quality in _QUALITIES:
            yield framed, quality
        if picture.size == (1, 1):
            return
        smaller = _scaled(picture.size, _SHRINK)
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)


def _fitted(size: Size, rules: ImageRules) -> Size:
    """How large the picture itself may be so that its canvas is not too wide."""
    scale = 1.0
    fitted = size
    while (canvas := canvas_for(fitted, rules.ratio))[0] > rules.max_width:
        if fitted == (1, 1):
            raise ValueError(f"no picture of this ratio is {rules.max_width} pixels wide")
        scale *= min(rules.max_width / canvas[0], 0.999)
        fitted = _scaled(size, scale)
    return fitted


def _within(size: Size, box: Size) -> Size:
    return _scaled(size, min(1.0, box[0] / size[0], box[1] / size[1]))


def _scaled(size: Size, scale: float) -> Size:
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _upright(source: Path, wanted: Callable[[Size], Size]) -> Image.Image:
    """The picture as displayed, opaque and sRGB, in the size that `wanted` answers for its own."""
    image = open_image(source, name=source.name)
    if image is None:
        raise Problem.invalid("media_unsupported", field="file", name=source.name)
    with image, DECODING:
        turn = orientation(image)
        stored = displayed_size(wanted(displayed_size(image.size, turn)), turn)
        try:
            image.draft(None, stored)
            small = _resizable(image).resize(stored, Image.Resampling.LANCZOS, reducing_gap=2.0)
            return turned(_opaque(small, image.info.get("icc_profile")), turn)
        except UNREADABLE as error:
            raise broken(source.name) from error


def _resizable(image: Image.Image) -> Image.Image:
    """The image in a mode that can be scaled smoothly and still has its transparency."""
    if image.mode in ("P", "PA") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGB", "RGBA", "L", "LA", "CMYK"):
        return image
    return image.convert("L" if image.mode in ("1", "I", "F") else "RGB")


def _opaque(image: Image.Image, profile: bytes | None) -> Image.Image:
    colours = _srgb(image.convert("L") if image.mode == "LA" else image, profile)
    if not image.mode.endswith("A"):
        return colours
    ground = Image.new("RGB", image.size, _WHITE)
    ground.paste(colours, mask=image.getchannel("A"))
    return ground


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as sRGB numbers; a profile that is broken or meant for other channels is left aside."""
    flat = image.convert("RGB") if image.mode == "RGBA" else image
    if profile:
        try:
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                flat, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return flat.convert("RGB")


def _framed(picture: Image.Image, canvas: Size) -> Image.Image:
    """The picture in the middle of a canvas in the colour of the edges that it continues.

    Always a new canvas: saving the picture itself would carry comments and other metadata along.
    """
    framed = Image.new("RGB", canvas, _edge_colour(picture, sides=canvas[0] > picture.width))
    framed.paste(picture, ((canvas[0] - picture.width) // 2, (canvas[1] - picture.height) // 2))
    return framed


def _edge_colour(picture: Image.Image, *, sides: bool) -> tuple[int, ...]:
    width, height = picture.size
    deep = max(1, round(min(width, height) * 0.02))
    if sides:
        edges = (0, 0, min(deep, width), height), (max(0, width - deep), 0, width, height)
    else:
        edges = (0, 0, width, min(deep, height)), (0, max(0, height - deep), width, height)
    means = [picture.crop(edge).resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) for edge in edges]
    return tuple(round(sum(channel) / 2) for channel in zip(*means, strict=True))


def _encoded(image: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def _written(encoded: bytes, size: Size, target: Path) -> MediaFacts:
    """Writes all or nothing, so that a process killed here leaves no half picture behind."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    part.write_bytes(encoded)
    part.replace(target)
    return MediaFacts(MediaKind.IMAGE, JPEG, len(encoded), *size)
