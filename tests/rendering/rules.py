"""The media rules of each format, as the connectors declare them."""

from pressrun.connectors.base import Limits
from pressrun.connectors.publishers.instagram.limits import limits as instagram
from pressrun.connectors.publishers.x.limits import limits_of
from pressrun.connectors.publishers.youtube.limits import LIMITS as YOUTUBE
from pressrun.domain.media import ImageRules, VideoRules
from pressrun.domain.post import Format

Rules = tuple[ImageRules, VideoRules | None]


def _rules(limits: Limits, image: Format, video: Format) -> Rules:
    return limits.image_rules(image), limits.video_rules(video)


FORMATS: dict[str, Rules] = {
    "feed": _rules(instagram(), Format.FEED, Format.REEL),
    "story": _rules(instagram(), Format.STORY, Format.STORY),
    "tweet": _rules(limits_of(280), Format.TWEET, Format.TWEET),
    "short": (YOUTUBE.attachments["thumbnail"], YOUTUBE.video_rules(Format.SHORT)),
}
"""Instagram's feed pictures and Reels, its stories, X, YouTube's thumbnails and Shorts."""


def reel() -> VideoRules:
    """What a Reel may be."""
    rules = instagram().video_rules(Format.REEL)
    assert rules is not None
    return rules


REEL = reel()
