"""Images as platforms take them: upright, sRGB, within all limits, without metadata; mostly JPEG."""

import io
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageCms

from pressrun.domain.framing import Size, canvas_for, fitted, scaled
from pressrun.domain.media import ImageRules, MediaFacts, MediaKind
from pressrun.domain.mending import JPEG, PNG, made_image
from pressrun.domain.problems import Problem
from pressrun.rendering.opening import (
    DECODING,
    MIMES,
    UNREADABLE,
    broken,
    displayed_size,
    open_image,
    orientation,
    turned,
)

_QUALITIES = (92, 86, 80, 72, 64, 55)
_SHRINK = 0.8
_THUMBNAIL_QUALITY = 82
_WHITE = (255, 255, 255)


def conform(source: Path, target: Path, rules: ImageRules) -> MediaFacts:
    """Writes to `target` an image of `source` that `rules` accept; padded to the ratio, never cropped.

    Raises `Problem` as `probe` does, and `media_unmendable` where no image could satisfy the rules.
    """
    mime = made_image(_facts_of(source), rules)
    keeps_alpha = mime != JPEG
    picture = _upright(source, lambda size: fitted(size, rules.ratio, rules.room), keeps_alpha=keeps_alpha)
    for framed, quality in _attempts(picture, rules, mime):
        encoded = _encoded(framed, mime, quality)
        if len(encoded) <= rules.max_bytes:
            return _written(encoded, framed.size, mime, target)
    raise Problem.invalid("media_unmendable", field="file", name=source.name)


def is_plain(source: Path) -> bool:
    """Whether an image means the same to everyone: nothing turned, no print colours, no second picture."""
    image = open_image(source, name=source.name)
    if image is None:
        return False
    with image:
        is_odd = image.format == "MPO" or image.mode in ("CMYK", "YCCK", "LAB")
        return not is_odd and orientation(image) == 1


def thumbnail(source: Path, target: Path, *, width: int = 480) -> MediaFacts:
    """Writes a small JPEG, at most `width` wide and twice as high. Raises `Problem` as `probe` does."""
    picture = _upright(source, lambda size: _within(size, (width, width * 2)))
    clean = _framed(picture, picture.size)
    return _written(_encoded(clean, JPEG, _THUMBNAIL_QUALITY), clean.size, JPEG, target)


def _facts_of(source: Path) -> MediaFacts:
    image = open_image(source, name=source.name)
    if image is None:
        raise Problem.invalid("media_unsupported", field="file", name=source.name)
    with image:
        return MediaFacts(MediaKind.IMAGE, MIMES[image.format or ""], source.stat().st_size, *image.size)


def _attempts(picture: Image.Image, rules: ImageRules, mime: str) -> Iterator[tuple[Image.Image, int]]:
    """Every way to make it smaller, the least harmful first: quality, then size."""
    while True:
        framed = _framed(picture, canvas_for(picture.size, rules.ratio))
        for quality in _QUALITIES[:1] if mime == PNG else _QUALITIES:
            yield framed, quality
        if picture.size == (1, 1):
            return
        picture = picture.resize(scaled(picture.size, _SHRINK), Image.Resampling.LANCZOS)


def _within(size: Size, box: Size) -> Size:
    return scaled(size, min(1.0, box[0] / size[0], box[1] / size[1]))


def _upright(source: Path, wanted: Callable[[Size], Size], *, keeps_alpha: bool = False) -> Image.Image:
    """The picture as displayed, in sRGB, opaque unless told else, in the size that `wanted` answers."""
    image = open_image(source, name=source.name)
    if image is None:
        raise Problem.invalid("media_unsupported", field="file", name=source.name)
    with image, DECODING:
        turn = orientation(image)
        stored = displayed_size(wanted(displayed_size(image.size, turn)), turn)
        try:
            image.draft(None, stored)
            small = _resizable(image).resize(stored, Image.Resampling.LANCZOS, reducing_gap=2.0)
            profile = image.info.get("icc_profile")
            return turned(_clear(small, profile) if keeps_alpha else _opaque(small, profile), turn)
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


def _clear(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture with its transparency, where it has any."""
    if not image.mode.endswith("A"):
        return _srgb(image, profile)
    colours = _srgb(image.convert("L") if image.mode == "LA" else image, profile)
    colours.putalpha(image.getchannel("A"))
    return colours


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
    framed = Image.new(picture.mode, canvas, _edge_colour(picture, sides=canvas[0] > picture.width))
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


def _encoded(image: Image.Image, mime: str, quality: int) -> bytes:
    buffer = io.BytesIO()
    match mime:
        case "image/png":
            image.save(buffer, "PNG", optimize=True)
        case "image/webp":
            image.save(buffer, "WEBP", quality=quality)
        case _:
            image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def _written(encoded: bytes, size: Size, mime: str, target: Path) -> MediaFacts:
    """Writes all or nothing, so that a process killed here leaves no half picture behind."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    part.write_bytes(encoded)
    part.replace(target)
    return MediaFacts(MediaKind.IMAGE, mime, len(encoded), *size)
