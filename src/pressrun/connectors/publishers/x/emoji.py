"""Emoji as X counts them: whatever is drawn as one picture counts as one.

The code points are those of the Unicode emoji data, in hexadecimal. Which pictures exist between joiners is
not listed: a font that lacks one shows its parts, and X counts what it knows of, so the shorter count is
taken for all. By the standard library alone: the packages for emoji answer other questions and are larger.
"""

import re

from pressrun.connectors.publishers.x.tlds import COUNTRIES


def _ranges(hexadecimal: str) -> str:
    """The inside of a class of a pattern."""
    return "".join("-".join(chr(int(end, 16)) for end in word.split("-")) for word in hexadecimal.split())


_PICTURES_OF_SIGNS = _ranges("""
    203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23ed-23ef 23f1-23f2 23f8-23fa 24c2
    25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 261d 2620 2622-2623 2626 262a 262e-262f
    2638-263a 2640 2642 2648-2653 265f-2660 2663 2665-2666 2668 267b 267e-267f 2692-2697 2699 269b-269c
    26a0-26a1 26a7 26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8 26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5
    26f7-26fa 26fd 2702 2708-2709 270c-270d 270f 2712 2714 2716 271d 2721 2733-2734 2744 2747 2757 2763-2764
    27a1 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55 3030 303d 3297 3299
    1f004 1f170-1f171 1f17e-1f17f 1f202 1f21a 1f22f 1f237 1f321 1f324-1f32c 1f336 1f37d 1f396-1f397
    1f399-1f39b 1f39e-1f39f 1f3cb-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7 1f43f 1f441 1f4fd 1f549-1f54a
    1f56f-1f570 1f573-1f579 1f587 1f58a-1f58d 1f590 1f5a5 1f5a8 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3
    1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3
""")
"""Shown as text or as a picture; U+FE0F asks for the picture, and is counted with them."""

_TAKES_A_TONE = _ranges("""
    261d 26f9 270a-270d 1f385 1f3c2-1f3c4 1f3c7 1f3ca-1f3cc 1f442-1f443 1f446-1f450 1f466-1f478 1f47c
    1f481-1f483 1f485-1f487 1f48f 1f491 1f4aa 1f574-1f575 1f57a 1f590 1f595-1f596 1f645-1f647 1f64b-1f64f
    1f6a3 1f6b4-1f6b6 1f6c0 1f6cc 1f90c 1f90f 1f918-1f91f 1f926 1f930-1f939 1f93c-1f93e 1f977 1f9b5-1f9b6
    1f9b8-1f9b9 1f9bb 1f9cd-1f9cf 1f9d1-1f9dd 1fac3-1fac5 1faf0-1fafa
""")
_PICTURES = _ranges("1f000-1f1e5 1f200-1faff")
_REGION_A, _LETTER_A = 0x1F1E6, ord("a")


def _flags() -> str:
    """Two regional letters that name a country; any other pair is shown as two letters."""
    regions = (COUNTRIES - {"an", "su", "tp", "uk"}) | {"cp", "cq", "dg", "ea", "ic", "ta", "un", "xk"}
    return "|".join(
        sorted("".join(chr(_REGION_A + ord(letter) - _LETTER_A) for letter in region) for region in regions)
    )


_TONED = f"[{_TAKES_A_TONE}][\U0001f3fb-\U0001f3ff]"
_PART = f"(?:{_TONED}|[{_PICTURES_OF_SIGNS}]\ufe0f?|[{_PICTURES}])"
EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3"
    f"|{_flags()}"
    "|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    f"|{_PART}(?:\u200d{_PART})+"
    f"|{_TONED}"
    f"|[©®{_PICTURES_OF_SIGNS}]\ufe0f"
)
"""One picture of several code points; those of a single one weigh as much as any other heavy letter."""
