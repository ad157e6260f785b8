"""The one way an image file is opened: formats we support, HEIC among them, size checked before decoding."""

import struct
import threading
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from pressrun.domain.problems import Problem

MAX_MEGAPIXELS = 50

MIMES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # what phones call a JPEG with a second picture inside
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "GIF": "image/gif",
}

UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,
    OverflowError,
    struct.error,
)
"""What Pillow and its decoders raise on files that lie about themselves."""

DECODING = threading.BoundedSemaphore(2)
"""A decoded image of 50 megapixels takes 200 MB, so never more than two of them at once."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})

pillow_heif.register_heif_opener()
# Pillow's own limit warns at one size and refuses at another; ours below is the only one.
Image.MAX_IMAGE_PIXELS = None


def open_image(path: Path, *, name: str) -> Image.Image | None:
    """The image in a file, not decoded yet; None where the file is no image. The caller closes it.

    Raises `Problem` `media_too_large` above 50 megapixels and `media_broken`.
    """
    try:
        image = Image.open(path, formats=[known for known in MIMES if known != "MPO"])
    except UnidentifiedImageError:
        return None
    except UNREADABLE as error:
        raise broken(name) from error
    megapixels = image.width * image.height / 1_000_000
    if megapixels > MAX_MEGAPIXELS:
        image.close()
        raise Problem.invalid(
            "media_too_large", field="file", name=name, megapixels=round(megapixels), limit=MAX_MEGAPIXELS
        )
    return image


def broken(name: str) -> Problem:
    """The problem of a file that should be media and can't be opened."""
    return Problem.invalid("media_broken", field="file", name=name)


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where the file names none or nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except UNREADABLE:
        return 1
    return value if value in _TURNS else 1


def displayed_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Width and height as a viewer shows an image of stored `size` with this orientation."""
    width, height = size
    return (height, width) if turn in _SIDEWAYS else (width, height)


def turned(image: Image.Image, turn: int) -> Image.Image:
    """The image as a viewer shows it with this orientation."""
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image
