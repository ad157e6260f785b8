"""The fields of containers, by format, as the Graph API takes them (`POST /{ig-user-id}/media`)."""

import json
from collections.abc import Iterator, Sequence

from pressrun.connectors.base import Draft, DraftMedia
from pressrun.connectors.publishers.instagram import options
from pressrun.connectors.publishers.instagram.options import Options, UserTag
from pressrun.domain.media import MediaKind
from pressrun.domain.post import Format

MAX_ALT_TEXT = 1000

Fields = dict[str, str]


def of_post(draft: Draft) -> Fields:
    """What a post with one file is made with, but for the file itself."""
    chosen, _ = options.read(draft)
    (media,) = draft.media
    match draft.format:
        case Format.STORY:
            return {"media_type": "STORIES", **_label(chosen)}
        case Format.REEL:
            return {
                "media_type": "REELS",
                **_about(draft, chosen),
                **_tags(chosen.user_tags),
                **_reel(chosen),
            }
        case _:
            return {**_about(draft, chosen), **_tags(chosen.user_tags), **_alt_text(media)}


def of_child(draft: Draft, position: int) -> Fields:
    """What one file of a carousel is made with, counted from 1."""
    chosen, _ = options.read(draft)
    media = draft.media[position - 1]
    own = [tag for tag in chosen.user_tags if tag.media == position]
    kind = {"media_type": "VIDEO"} if media.facts.kind is MediaKind.VIDEO else _alt_text(media)
    return {"is_carousel_item": "true", **kind, **_tags(own)}


def of_carousel(draft: Draft, children: Sequence[str]) -> Fields:
    """What holds the files of a carousel together."""
    chosen, _ = options.read(draft)
    return {"media_type": "CAROUSEL", "children": ",".join(children), **_about(draft, chosen)}


def sources(media: DraftMedia, cover: DraftMedia | None, *, by_bytes: bool) -> Iterator[Fields]:
    """Where the files come from, the best first: their own addresses, then Pressrun's."""
    name = "video_url" if media.facts.kind is MediaKind.VIDEO else "image_url"
    found: list[Fields] = []
    for is_local in (False, True):
        file = {"upload_type": "resumable"} if by_bytes else {name: _address(media, is_local)}
        beside = {"cover_url": _address(cover, is_local)} if cover else {}
        if all({**file, **beside}.values()) and {**file, **beside} not in found:
            found.append({**file, **beside})
    yield from found


def _address(media: DraftMedia, is_local: bool) -> str:
    return (media.local_url or media.url) if is_local else (media.url or media.local_url)


def _about(draft: Draft, chosen: Options) -> Fields:
    fields = {"caption": draft.text, **_label(chosen)}
    if chosen.location_id:
        fields["location_id"] = chosen.location_id
    if chosen.collaborators:
        fields["collaborators"] = json.dumps(chosen.collaborators)
    return fields


def _reel(chosen: Options) -> Fields:
    # Without a word the default holds, and no page says which one that is.
    fields = {"share_to_feed": "true" if chosen.share_to_feed else "false"}
    if chosen.thumb_offset is not None:
        fields["thumb_offset"] = str(chosen.thumb_offset)
    if chosen.audio_name:
        fields["audio_name"] = chosen.audio_name
    return fields


def _label(chosen: Options) -> Fields:
    return {"is_ai_generated": "true"} if chosen.is_ai_generated else {}


def _tags(tags: Sequence[UserTag]) -> Fields:
    return {"user_tags": json.dumps([tag.as_sent() for tag in tags])} if tags else {}


def _alt_text(media: DraftMedia) -> Fields:
    alt_text = media.alt_text[:MAX_ALT_TEXT]
    return {"alt_text": alt_text} if alt_text else {}
