"""What YouTube accepts. It takes nearly every video; only its length and a Short's shape are fixed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pressrun.connectors.base import Draft, DraftMedia, FormatRules, Limits, Option, OptionKind
from pressrun.connectors.checking import draft_flaws
from pressrun.connectors.publishers.youtube import options
from pressrun.domain.caption import TextRules
from pressrun.domain.media import ImageRules, MediaKind, VideoRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

MAX_DESCRIPTION_BYTES = 5000
MAX_HASHTAGS = 60
"""YouTube takes more, and then ignores every one of them."""
UNVERIFIED_SECONDS = 15 * 60
"""What a channel may upload before its owner confirmed a phone number."""


def _bytes(text: str) -> int:
    return len(text.encode())


_VIDEO = VideoRules(
    max_bytes=256 * 1024**3,
    seconds=(0.0, 12 * 3600.0),
    mimes=frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-matroska", "video/mpeg"}),
    max_width=8192,
    fps=(1.0, 120.0),
    codecs=frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "prores"}),
    pixel_formats=frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv422p10le"}),
    audio_codecs=frozenset(
        {"aac", "he_aac", "mp3", "opus", "vorbis", "ac3", "eac3", "flac", "alac", "pcm_s16le"}
    ),
    max_audio_hertz=96_000,
    max_audio_channels=8,
)
_SHORT = replace(_VIDEO, seconds=(0.0, 180.0))

_THUMBNAIL = ImageRules(frozenset({"image/jpeg", "image/png"}), 2_000_000, (0.5, 2.0), 1920)
"""50 MB since September 2026, 2 MB before: what fits into the lesser one is right either way."""

LIMITS = Limits(
    text=TextRules(
        max_length=MAX_DESCRIPTION_BYTES, max_hashtags=MAX_HASHTAGS, max_mentions=None, length=_bytes
    ),
    formats={
        Format.VIDEO: FormatRules(1, 1, frozenset({"video"})),
        Format.SHORT: FormatRules(1, 1, frozenset({"video"}), video=_SHORT),
    },
    # No post is a picture, but for its thumbnail.
    image=_THUMBNAIL,
    video=_VIDEO,
    fetched=frozenset(),
    # 50 MB since September 2026, 2 MB before: what fits into the lesser one is right either way.
    attachments={
        "thumbnail": ImageRules(frozenset({"image/jpeg", "image/png"}), 2_000_000, (0.5, 2.0), 1920)
    },
    options=(
        Option("title", max_length=options.MAX_TITLE),
        Option("tags", max_length=options.MAX_TAGS),
        Option("privacy", OptionKind.CHOICE, choices=options.PRIVACY),
        Option("made_for_kids", OptionKind.FLAG),
        Option("synthetic_media", OptionKind.FLAG),
        Option("thumbnail_asset_id", OptionKind.FILE),
        Option("playlist_id", max_length=64),
        Option("license", OptionKind.CHOICE, choices=options.LICENSES),
    ),
)


def check(draft: Draft) -> Sequence[Flaw]:
    """Everything YouTube would refuse, or file under something else than what was asked for."""
    _, about_options = options.read(draft)
    return [*(_in_bytes(flaw) for flaw in draft_flaws(draft, LIMITS)), *_own_flaws(draft), *about_options]


def _in_bytes(flaw: Flaw) -> Flaw:
    """A description is counted in bytes, which a person must be told."""
    return replace(flaw, code="description_too_long") if flaw.code == "caption_too_long" else flaw


def _own_flaws(draft: Draft) -> Iterator[Flaw]:
    if "<" in draft.text or ">" in draft.text:
        yield Flaw("angle_brackets", "caption")
    if draft.format is Format.SHORT and any(_is_landscape(media) for media in draft.media):
        yield Flaw("short_landscape", "format")


def _is_landscape(media: DraftMedia) -> bool:
    facts = media.facts
    return facts.kind is MediaKind.VIDEO and (facts.width or 0) > (facts.height or 0)
