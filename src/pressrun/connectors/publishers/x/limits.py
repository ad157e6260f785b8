"""What X accepts: up to four photos, or one GIF, or one video, and texts by its own counting."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pressrun.connectors.base import Draft, FormatRules, Limits, Option, OptionKind
from pressrun.connectors.checking import draft_flaws
from pressrun.connectors.publishers.x import comparing, options, weighted
from pressrun.connectors.publishers.x.thread import MOST_PARTS, parts_of
from pressrun.domain.caption import TextRules
from pressrun.domain.media import AnimationRules, ImageRules, MediaKind, VideoRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

MAX_LENGTH = 280
MAX_CASHTAGS = 1
MAX_ALT_TEXT = 1000

_MEGABYTE = 1024 * 1024
_KINDS = frozenset({"image", "video"})

_IMAGE = ImageRules(
    mimes=frozenset({"image/jpeg", "image/png", "image/webp"}),
    max_bytes=5 * _MEGABYTE,
    ratio=(0.01, 100.0),
    max_width=4096,
    max_height=4096,
    animation=AnimationRules(
        max_bytes=15 * _MEGABYTE, max_width=1280, max_height=1080, max_frames=350, max_pixels=300_000_000
    ),
)
# X names 1280×1024; upright it is the same turned, since 720×1280 is among the sizes it recommends.
_VIDEO = VideoRules(
    max_bytes=512 * _MEGABYTE,
    seconds=(0.5, 140.0),
    ratio=(1 / 3, 3.0),
    max_width=1280,
    max_height=1280,
    max_short_side=1024,
    min_side=32,
)


def limits_of(max_length: int) -> Limits:
    """The limits of accounts whose posts may be so long."""
    return Limits(
        text=TextRules(
            max_length=max_length, max_hashtags=None, max_mentions=None, length=weighted.weighted_length
        ),
        formats={
            Format.TWEET: FormatRules(0, 4, _KINDS),
            Format.THREAD: FormatRules(0, 4, _KINDS, parts=parts_of),
        },
        image=_IMAGE,
        video=_VIDEO,
        fetched=frozenset(),
        options=(
            Option("reply_settings", OptionKind.CHOICE, choices=options.REPLY_SETTINGS),
            Option("made_with_ai", OptionKind.FLAG),
            Option("in_reply_to", max_length=options.MAX_ADDRESS),
            Option("quote", max_length=options.MAX_ADDRESS),
        ),
    )


def texts_of(draft: Draft) -> list[str]:
    """The texts of the posts that a draft becomes."""
    return parts_of(draft.text) if draft.format is Format.THREAD else [draft.text]


def check(draft: Draft, limits: Limits) -> Sequence[Flaw]:
    """Everything X would refuse."""
    chosen, about_options = options.read(draft.options)
    if chosen.quote and draft.media:
        about_options.append(Flaw("quote_with_media", "options.quote"))
    common = (_by_weight(flaw) for flaw in draft_flaws(draft, limits))
    return [*common, *_text_flaws(draft), *_media_flaws(draft), *about_options]


def _by_weight(flaw: Flaw) -> Flaw:
    """A person who counts letters must be told how X counts them."""
    return replace(flaw, code="weighted_too_long") if flaw.code == "caption_too_long" else flaw


def _text_flaws(draft: Draft) -> Iterator[Flaw]:
    texts = texts_of(draft)
    if not draft.media and not texts[0].strip():
        yield Flaw("text_missing", "caption")
    if len(texts) > MOST_PARTS:
        yield Flaw("too_many_parts", "caption", {"count": len(texts), "limit": MOST_PARTS})
    yield from _repetitions(texts)
    letters = weighted.forbidden(draft.text)
    if letters:
        yield Flaw("characters_forbidden", "caption", {"characters": ", ".join(letters)})
    most = max(len(weighted.cashtags(text)) for text in texts)
    if most > MAX_CASHTAGS:
        yield Flaw("too_many_cashtags", "caption", {"count": most, "limit": MAX_CASHTAGS})


def _repetitions(texts: Sequence[str]) -> Iterator[Flaw]:
    """X takes the same text once: the thread would stop in its middle."""
    said: dict[str, int] = {}
    for which, text in enumerate(texts, start=1):
        first = said.setdefault(comparing.comparable(text), which)
        if first != which:
            yield Flaw("parts_alike", "caption", {"first": first, "which": which})
            return


def _media_flaws(draft: Draft) -> Iterator[Flaw]:
    moving = [
        media for media in draft.media if media.facts.kind is MediaKind.VIDEO or media.facts.is_animation
    ]
    if moving and len(draft.media) > 1:
        yield Flaw("media_mixed", "asset_ids")
