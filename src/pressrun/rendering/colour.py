"""Colours by how they look: OKLCH, the space of the design tokens, as sRGB for pictures."""

import math

RGB = tuple[int, int, int]


def oklch(lightness: float, chroma: float, hue: float) -> RGB:
    """The sRGB colour of OKLCH values, `hue` in degrees; where sRGB lacks it, chroma gives way.

    Matrices: Björn Ottosson's definition of Oklab.
    """
    channels = _linear(lightness, chroma, hue)
    if not _in_gamut(channels):
        channels = _linear(lightness, _largest_chroma(lightness, chroma, hue), hue)
    red, green, blue = (round(255 * _encoded(min(1.0, max(0.0, channel)))) for channel in channels)
    return red, green, blue


def contrast(one: RGB, other: RGB) -> float:
    """The contrast ratio of two colours as WCAG defines it, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _largest_chroma(lightness: float, chroma: float, hue: float) -> float:
    low, high = 0.0, chroma
    for _ in range(16):
        middle = (low + high) / 2
        if _in_gamut(_linear(lightness, middle, hue)):
            low = middle
        else:
            high = middle
    return low


def _linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _in_gamut(channels: tuple[float, float, float]) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in channels)


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055


def _luminance(colour: RGB) -> float:
    red, green, blue = (_decoded(channel / 255) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _decoded(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
