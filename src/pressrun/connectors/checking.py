"""What every platform's check has in common: text, number of files, and each file by the format's rules."""

from collections.abc import Iterator, Sequence

from pressrun.connectors.base import Draft, DraftMedia, Limits
from pressrun.domain.caption import text_flaws, whole
from pressrun.domain.failures import unusable
from pressrun.domain.media import MediaKind
from pressrun.domain.mending import unmendable
from pressrun.domain.problems import Flaw


def draft_flaws(draft: Draft, limits: Limits) -> list[Flaw]:
    """Everything in a draft that these limits do not take; what only one platform knows is its own."""
    rules = limits.formats.get(draft.format)
    flaws: list[Flaw] = []
    if rules is None or rules.shows_text:
        parts = rules.parts if rules else whole
        flaws = text_flaws(draft.caption, draft.hashtags, limits.text, parts=parts)
    return [*flaws, *media_flaws(draft, limits)]


def media_flaws(draft: Draft, limits: Limits) -> list[Flaw]:
    """What is wrong with the files of a draft and their number."""
    rules = limits.formats.get(draft.format)
    if rules is None:
        known = ", ".join(limits.formats)
        return [Flaw("format_unknown", "format", {"format": draft.format.value, "formats": known})]
    flaws = []
    if not rules.lowest <= len(draft.media) <= rules.highest:
        count = {"count": len(draft.media), "lowest": rules.lowest, "highest": rules.highest}
        flaws.append(Flaw("media_count" if draft.media else "media_missing", "asset_ids", count))
    return [*flaws, *_unusable(draft, limits, rules.kinds)]


def _unusable(draft: Draft, limits: Limits, kinds: frozenset[str]) -> Iterator[Flaw]:
    for position, media in enumerate(draft.media, start=1):
        if media.facts.kind not in kinds:
            yield Flaw("media_kind", "asset_ids", {"kind": media.facts.kind.value})
        else:
            yield from _file_flaws(media, position, draft, limits)


def _file_flaws(media: DraftMedia, position: int, draft: Draft, limits: Limits) -> Sequence[Flaw]:
    """Why a file can't be sent: precisely what no conversion mends, else only that one is needed."""
    image, video = limits.image_rules(draft.format), limits.video_rules(draft.format)
    flaw = unmendable(media.facts, image, video, which=position)
    if flaw is not None:
        return [flaw]
    if media.facts.kind is MediaKind.IMAGE:
        usable = image.accept(media.facts)
    else:
        usable = video is not None and video.accept(media.facts)
    code = unusable(is_video=media.facts.kind is MediaKind.VIDEO, which=position)
    return [] if usable else [Flaw(code, "asset_ids", {"which": position})]
