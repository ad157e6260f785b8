"""The media rules of each format, as the platforms publish them."""

from dataclasses import replace

from pressrun.connectors.publishers.youtube.limits import LIMITS as YOUTUBE
from pressrun.domain.media import AnimationRules, ImageRules, VideoRules
from pressrun.domain.post import Format

Rules = tuple[ImageRules, VideoRules | None]

_JPEG = frozenset({"image/jpeg"})
PICTURE = ImageRules(_JPEG, 8 * 1024 * 1024, (0.8, 1.91), 1440)
REEL = VideoRules(
    max_bytes=300_000_000,
    seconds=(3.0, 900.0),
    fps=(23.0, 60.0),
    max_bits_per_second=25_000_000,
    codecs=frozenset({"h264", "hevc"}),
    needs_fast_start=True,
)
TWEET = VideoRules(
    max_bytes=512_000_000,
    seconds=(0.5, 140.0),
    ratio=(1 / 3, 3.0),
    max_width=1280,
    max_height=1280,
    max_short_side=1024,
    min_side=32,
)

FORMATS: dict[str, Rules] = {
    "feed": (PICTURE, REEL),
    "story": (
        replace(PICTURE, ratio=(0.01, 10.0)),
        replace(REEL, seconds=(3.0, 60.0), max_bytes=100_000_000),
    ),
    "tweet": (
        ImageRules(
            frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}),
            5_000_000,
            (0.01, 100.0),
            4096,
            animation=AnimationRules(15_000_000, 1280, 1080, 350, 300_000_000),
        ),
        TWEET,
    ),
    "short": (YOUTUBE.attachments["thumbnail"], YOUTUBE.video_rules(Format.SHORT)),
}
"""Instagram's feed pictures and Reels, its stories, X, YouTube's thumbnails and Shorts."""
