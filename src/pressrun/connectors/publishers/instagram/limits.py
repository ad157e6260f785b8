"""What Instagram accepts: text, formats, pictures, videos, posts a day (IG User Media, Specifications)."""

from dataclasses import replace

from pressrun.connectors.base import FormatRules, Limits, Option, OptionKind
from pressrun.connectors.publishers.instagram import options
from pressrun.domain.caption import TextRules
from pressrun.domain.media import ImageRules, VideoRules
from pressrun.domain.post import Format

MAX_HASHTAGS = 30
"""The official number; some accounts are said to be held to 5."""
POSTS_PER_DAY = 50
"""Its pages say 50 and 100: the lower one warns ahead, the real one is read before each post."""

_JPEG = frozenset({"image/jpeg"})
_MAX_PICTURE = 8 * 1024 * 1024

_PICTURE = ImageRules(mimes=_JPEG, max_bytes=_MAX_PICTURE, ratio=(0.8, 1.91), max_width=1440)
_TALL_PICTURE = replace(_PICTURE, ratio=(0.01, 10.0))
"""For stories and covers: 9:16 is best, every shape is taken."""

_REEL = VideoRules(
    max_bytes=300_000_000,
    seconds=(3.0, 900.0),
    ratio=(0.01, 10.0),
    max_width=1920,
    fps=(23.0, 60.0),
    max_bits_per_second=25_000_000,
    codecs=frozenset({"h264", "hevc"}),
    needs_fast_start=True,
)
_CAROUSEL_VIDEO = replace(_REEL, seconds=(3.0, 60.0))
_STORY_VIDEO = replace(_REEL, seconds=(3.0, 60.0), max_bytes=100_000_000)

_OFFERED = (
    Option("location_id", max_length=64, formats=options.FORMATS["location_id"]),
    Option("collaborators", formats=options.FORMATS["collaborators"]),
    Option("cover_asset_id", OptionKind.FILE, formats=options.FORMATS["cover_asset_id"]),
    Option("thumb_offset", OptionKind.NUMBER, formats=options.FORMATS["thumb_offset"]),
    Option("audio_name", formats=options.FORMATS["audio_name"], max_length=options.MAX_AUDIO_NAME),
    Option(
        "share_to_feed",
        OptionKind.CHOICE,
        choices=("yes", "no"),
        formats=options.FORMATS["share_to_feed"],
    ),
    Option("is_ai_generated", OptionKind.FLAG, formats=options.FORMATS["is_ai_generated"]),
)
"""Who is on the pictures is told over the API only: it needs places on them."""

_EITHER = frozenset({"image", "video"})


def limits(max_hashtags: int = MAX_HASHTAGS) -> Limits:
    """Everything Instagram takes; who is held to fewer hashtags is held to fewer mentions."""
    return Limits(
        text=TextRules(
            max_length=2200, max_hashtags=max_hashtags, max_mentions=20 if max_hashtags > 5 else 3
        ),
        formats={
            Format.FEED: FormatRules(1, 1, frozenset({"image"})),
            Format.CAROUSEL: FormatRules(2, 10, _EITHER, video=_CAROUSEL_VIDEO),
            Format.REEL: FormatRules(1, 1, frozenset({"video"})),
            Format.STORY: FormatRules(
                1, 1, _EITHER, image=_TALL_PICTURE, video=_STORY_VIDEO, variant="story", shows_text=False
            ),
        },
        image=_PICTURE,
        video=_REEL,
        attachments={"cover": _TALL_PICTURE},
        posts_per_day=POSTS_PER_DAY,
        options=_OFFERED,
    )
