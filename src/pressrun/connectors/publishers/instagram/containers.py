"""Containers: what a post is before it is published, made from addresses or filled with bytes by us."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pressrun.connectors.base import Draft, DraftMedia, Login, Steps
from pressrun.connectors.publishers.instagram import fields
from pressrun.connectors.publishers.instagram.fields import Fields
from pressrun.connectors.publishers.instagram.graph import FACEBOOK, Graph, field, flavour
from pressrun.domain.failures import MediaBroken, MediaUnreachable, Refused
from pressrun.domain.media import MediaKind
from pressrun.domain.post import Format

TRIES = 3
"""One child of six failed alone to be fetched, and was fetched when it was asked for again."""


@dataclass(frozen=True)
class Container:
    """A container at Instagram. One that `takes_bytes` holds nothing until the video was sent to it."""

    id: str
    takes_bytes: bool = False

    def to_json(self) -> Any:
        """As a stage keeps it; `container_from_json` reads it back."""
        return {"id": self.id, "takes_bytes": True} if self.takes_bytes else self.id


def container_from_json(kept: Any) -> Container:
    """What `to_json` wrote, by any version of this program."""
    return Container(**kept) if isinstance(kept, Mapping) else Container(str(kept))


class Containers:
    """Makes containers. What nobody publishes expires by itself after a day."""

    def __init__(self, graph: Graph, waits: Sequence[float]) -> None:
        self._graph = graph
        self._waits = waits

    async def of_post(self, draft: Draft, login: Login, steps: Steps) -> Container:
        """The container of a post with one file."""
        if draft.format is Format.STORY and draft.text:
            await steps.report("container", "story_without_text")
        (media,) = draft.media
        return await self._make(draft, media, fields.of_post(draft), login, steps, position=1)

    async def of_children(self, draft: Draft, login: Login, steps: Steps) -> list[Container]:
        """A container for each file of a carousel."""
        children = []
        for position, media in enumerate(draft.media, start=1):
            await steps.report("container", "container_child", position=position, count=len(draft.media))
            child = fields.of_child(draft, position)
            children.append(await self._make(draft, media, child, login, steps, position=position))
        return children

    async def of_carousel(self, draft: Draft, login: Login, children: Sequence[Container]) -> Container:
        """The container that holds the others together; they are finished."""
        made = fields.of_carousel(draft, [child.id for child in children])
        return Container(await self._create(login, made))

    async def _make(
        self,
        draft: Draft,
        media: DraftMedia,
        made_with: Fields,
        login: Login,
        steps: Steps,
        *,
        position: int,
    ) -> Container:
        cover = _cover(draft)
        try:
            made = await self._for_bytes(media, cover, made_with, login, steps)
            if made is None:
                found = list(fields.sources(media, cover, by_bytes=False))
                made = Container(await self._first_that_works(login, made_with, found, steps))
        except MediaBroken as failure:
            if media.facts.kind is MediaKind.VIDEO:
                # Videos are looked at later: what is refused at once is the cover.
                raise Refused(reason="cover_unusable", answer=failure.answer) from failure
            failure.which = position
            raise
        except MediaUnreachable as failure:
            failure.url = shown_address(media)
            raise
        return made

    async def _for_bytes(
        self, media: DraftMedia, cover: DraftMedia | None, made_with: Fields, login: Login, steps: Steps
    ) -> Container | None:
        """A container that waits for a video's bytes; None where it must be fetched from an address."""
        if media.facts.kind is not MediaKind.VIDEO or media.path is None or flavour(login) != FACEBOOK:
            return None
        found = list(fields.sources(media, cover, by_bytes=True))
        try:
            return Container(await self._first_that_works(login, made_with, found, steps), takes_bytes=True)
        except Refused as refusal:
            # The other flavour of login is known to refuse bytes in these words; this one may come to it.
            if "video_url" not in refusal.answer.message:
                raise
            return None

    async def _first_that_works(
        self, login: Login, made_with: Fields, sources: Sequence[Fields], steps: Steps
    ) -> str:
        unreachable = MediaUnreachable()
        for number, source in enumerate(sources):
            try:
                made = await self._insist(login, {**made_with, **source})
            except MediaUnreachable as failure:
                unreachable = failure
                continue
            if number > 0:
                await steps.report("container", "media_fell_back")
            return made
        raise unreachable

    async def _insist(self, login: Login, made_with: Fields) -> str:
        for wait in self._waits[: TRIES - 1]:
            try:
                return await self._create(login, made_with)
            except MediaUnreachable:
                await asyncio.sleep(wait)
        return await self._create(login, made_with)

    async def _create(self, login: Login, made_with: Fields) -> str:
        return field(await self._graph.post(login, f"{login.external_id}/media", made_with), "id")


def shown_address(media: DraftMedia) -> str:
    """Where a file is fetched, without what opens it."""
    return (media.url or media.local_url).partition("?")[0]


def _cover(draft: Draft) -> DraftMedia | None:
    if draft.format is not Format.REEL or not draft.options.get("cover_asset_id"):
        return None
    cover = draft.attachments.get("cover")
    if cover is None:
        raise Refused(reason="cover_missing")
    return cover
