"""Sizes of pictures: what fits a platform's rules, padded and never cropped."""

import math
from collections.abc import Callable

Size = tuple[int, int]
Ratio = tuple[float, float]


def canvas_for(size: Size, ratio: Ratio, *, step: int = 1) -> Size:
    """The smallest canvas around a picture of `size` whose width divided by height lies in `ratio`.

    Its sides are multiples of `step`. Raises `ValueError` where no canvas has such a ratio.
    """
    lowest, highest = ratio
    width, height = size
    first = _up(max(height, math.ceil(width / highest - 1e-6)), step)
    for tall in range(first, first * 2 + 1000, step):
        wide = _up(max(width, math.ceil(lowest * tall - 1e-6)), step)
        if lowest <= wide / tall <= highest:
            return wide, tall
    raise ValueError(f"no picture has a ratio between {lowest} and {highest}")


def fitted(size: Size, ratio: Ratio, room: Callable[[Size], float], *, step: int = 1) -> Size:
    """How large a picture of `size` may be so that its canvas has room.

    `room` answers by what a canvas must be multiplied to fit, 1 or more where it does. Raises `ValueError`
    where no size fits.
    """
    scale = 1.0
    found = scaled(size, scale, step=step)
    while (missing := room(canvas_for(found, ratio, step=step))) < 1:
        if max(found) <= step:
            raise ValueError(f"no picture with a ratio of {ratio} fits")
        scale *= min(missing, 0.999)
        found = scaled(size, scale, step=step)
    return found


def scaled(size: Size, scale: float, *, step: int = 1) -> Size:
    """The size multiplied, in whole steps, at least one."""
    return max(step, int(size[0] * scale) // step * step), max(step, int(size[1] * scale) // step * step)


def _up(length: int, step: int) -> int:
    return -(-length // step) * step
