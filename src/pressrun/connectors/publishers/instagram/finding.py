"""Recognising a post in the account's listing: by its time, kind and words, and only where one fits."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pressrun.connectors.base import Draft, Intent, Login, Published
from pressrun.connectors.publishers.instagram.graph import Graph, instant, items
from pressrun.domain.failures import Failure
from pressrun.domain.media import MediaKind
from pressrun.domain.post import Format

CLOCK_SKEW = timedelta(minutes=2)


def evidence(draft: Draft, container: str) -> dict[str, str]:
    """What a post is recognised by later."""
    shown = "" if draft.format is Format.STORY else draft.text
    return {"container_id": container, "text_sha256": text_hash(shown), "media_type": _media_type(draft)}


async def find_media(graph: Graph, draft: Draft, intent: Intent, login: Login) -> Published | None:
    """The one post of the listing that is the effect of `intent`; None where none or several may be."""
    edge = "stories" if draft.format is Format.STORY else "media"
    try:
        body = await graph.get(
            login,
            f"{login.external_id}/{edge}",
            fields="id,caption,timestamp,permalink,media_type",
            limit="25",
        )
    except Failure:
        return None
    matches = [item for item in items(body) if item.get("id") and _is_effect_of(intent, item)]
    if len(matches) != 1:
        return None
    return Published(external_id=str(matches[0]["id"]), permalink=str(matches[0].get("permalink", "")))


def text_hash(text: str) -> str:
    """The same for texts that differ in blanks only, which Instagram may change."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def _media_type(draft: Draft) -> str:
    """As the listing says it: a reel reads back as a video."""
    if draft.format is Format.CAROUSEL:
        return "CAROUSEL_ALBUM"
    return "VIDEO" if draft.media[0].facts.kind is MediaKind.VIDEO else "IMAGE"


def _is_effect_of(intent: Intent, item: Mapping[str, Any]) -> bool:
    made_at = instant(item.get("timestamp"))
    return (
        made_at is not None
        and str(item["id"]) not in intent.known_ids
        and made_at >= intent.sent_at - CLOCK_SKEW
        and item.get("media_type") == intent.evidence["media_type"]
        and text_hash(str(item.get("caption", ""))) == intent.evidence["text_sha256"]
    )
