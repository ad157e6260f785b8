"""Instagram, through the Graph API (S2.5): container → carousel → polling → publish.

Two flavours of login differ in host, in how a token lives, and in whether a video's bytes are taken.
The options of a post are those of `options.FORMATS`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pressrun.connectors.base import Credentials, Draft, Intent, Login, Profile, Published, SignIn, Steps
from pressrun.connectors.checking import draft_flaws
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.instagram import finding, measuring, options, quota
from pressrun.connectors.publishers.instagram.containers import Container, Containers, container_from_json
from pressrun.connectors.publishers.instagram.graph import NOT_VISIBLE, Graph, field
from pressrun.connectors.publishers.instagram.hosts import Hosts
from pressrun.connectors.publishers.instagram.limits import MAX_HASHTAGS, limits
from pressrun.connectors.publishers.instagram.readiness import READS, Readiness
from pressrun.connectors.publishers.instagram.renewing import renew
from pressrun.connectors.publishers.instagram.sign_in_facebook import FacebookSignIn
from pressrun.connectors.publishers.instagram.sign_in_instagram import InstagramSignIn
from pressrun.connectors.publishers.meta_answers import ProcessingFailed
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    Answer,
    Failure,
    LoginExpired,
    RateLimited,
    Reach,
    Transient,
)
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

POLL_WAITS = (0.5, 1, 2, 3, 5, 10, 20, 30, 60, 60, 60, 60)
"""Seconds between polls; Instagram advises five minutes in all."""

_UNPUBLISHED = frozenset({"IN_PROGRESS", "FINISHED", "ERROR", "EXPIRED"})
_DAILY_LIMIT = "2207042"


class Instagram:
    """Publishes to Instagram professional accounts."""

    platform = "instagram"
    required_credentials: tuple[str, ...] = ("access_token", "ig_user_id")

    def __init__(
        self,
        http: Http,
        *,
        now: Callable[[], datetime],
        hosts: Hosts | None = None,
        max_hashtags: int = MAX_HASHTAGS,
        poll_waits: Sequence[float] = POLL_WAITS,
    ) -> None:
        self.limits = limits(max_hashtags)
        self._graph = Graph(http, hosts or Hosts(), now=now)
        self.sign_ins: Sequence[SignIn] = (FacebookSignIn(self._graph), InstagramSignIn(self._graph))
        self._containers = Containers(self._graph, poll_waits)
        self._readiness = Readiness(self._graph, poll_waits)
        self._poll_waits = poll_waits

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Text, files and options, by Instagram's rules."""
        _, about_options = options.read(draft)
        return [*draft_flaws(draft, self.limits), *about_options]

    def costs(self, draft: Draft) -> Mapping[str, int]:
        """Nothing: Instagram counts for each account."""
        return {}

    async def identify(self, credentials: Credentials) -> Profile:
        """The professional account these credentials publish to."""
        login = Login(account_id="", external_id=str(credentials["ig_user_id"]), credentials=credentials)
        if not login.external_id.isdecimal():
            raise LoginExpired(answer=Answer(message="ig_user_id is not a number"), reach=Reach.NOT_SENT)
        try:
            body = await self._graph.get(login, login.external_id, fields="id,username")
        except Transient as failure:
            if failure.answer.code == NOT_VISIBLE:
                raise LoginExpired(answer=failure.answer) from failure
            raise
        return Profile(external_id=login.external_id, handle=str(body.get("username", "")))

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        """Container, for several files a carousel of containers, then publish what is finished."""
        try:
            container = await self._container(draft, login, steps)
            state = await steps.run("polling", lambda: self._finish(container, draft, login, steps))
        except ProcessingFailed as failure:
            raise await self._meant(failure, steps) from failure
        if state == "PUBLISHED":
            # An earlier call took effect after all; another one could make a second post.
            return Published()
        evidence = finding.evidence(draft, container.id)
        published = await steps.commit("publish", evidence, lambda: self._publish(container, login))
        permalink = await steps.run("link", lambda: self._permalink(published.external_id, login))
        return Published(external_id=published.external_id, permalink=permalink)

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        """A container that says PUBLISHED is published, even where its media can't be listed yet."""
        state = await self._container_state(intent.evidence["container_id"], login)
        if state in _UNPUBLISHED:
            return Sighting.NOT_THERE
        found = await finding.find_media(self._graph, draft, intent, login)
        return found or (Published() if state == "PUBLISHED" else Sighting.CANNOT_TELL)

    async def renew(self, login: Login) -> Login:
        """A fresh token of the Instagram flavour. Page tokens of the Facebook flavour need a person."""
        return await renew(self._graph, login)

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        """Lifetime numbers; what Instagram does not tell yet is left out."""
        return await measuring.measure(self._graph, external_id, login, pause=self._poll_waits[0])

    async def _container(self, draft: Draft, login: Login, steps: Steps) -> Container:
        if draft.format is not Format.CAROUSEL:
            made = await steps.run("container", lambda: self._make_single(draft, login, steps))
            return container_from_json(made)
        children = await steps.run("container", lambda: self._make_children(draft, login, steps))
        made = await steps.run("carousel", lambda: self._make_carousel(draft, login, steps, children))
        return container_from_json(made)

    async def _make_single(self, draft: Draft, login: Login, steps: Steps) -> Any:
        return (await self._containers.of_post(draft, login, steps)).to_json()

    async def _make_children(self, draft: Draft, login: Login, steps: Steps) -> list[Any]:
        made = await self._containers.of_children(draft, login, steps)
        return [child.to_json() for child in made]

    async def _make_carousel(self, draft: Draft, login: Login, steps: Steps, children: Sequence[Any]) -> Any:
        made = [container_from_json(child) for child in children]
        files = list(zip(made, draft.media, strict=True))
        for position, (child, media) in enumerate(files, start=1):
            await self._readiness.fill(child, media, login, steps, stage="carousel", position=position)
        for position, (child, media) in enumerate(files, start=1):
            # A carousel is refused while one of its files is still being processed.
            await self._readiness.wait(child, login, file=media, position=position)
        return (await self._containers.of_carousel(draft, login, made)).to_json()

    async def _finish(self, container: Container, draft: Draft, login: Login, steps: Steps) -> str:
        """Everything that can be done before the one call; its last part asks whether it may be made."""
        media = draft.media[0]
        await self._readiness.fill(container, media, login, steps, stage="polling")
        state = await self._readiness.wait(container, login, file=media)
        if state == "FINISHED":
            await quota.need_place(self._graph, login)
        return state

    async def _meant(self, failure: ProcessingFailed, steps: Steps) -> Failure:
        """By whether it is the first container of this post that failed so."""

        async def this_one() -> str:
            return failure.container

        first = await steps.run("processing_failed", this_one)
        return failure.meant(before=first != failure.container)

    async def _publish(self, container: Container, login: Login) -> Published:
        path, fields = f"{login.external_id}/media_publish", {"creation_id": container.id}
        try:
            body = await self._graph.post(login, path, fields)
        except RateLimited as failure:
            if _DAILY_LIMIT in (failure.answer.code or ""):
                failure.until = await quota.free_at(self._graph, login)
            raise
        return Published(external_id=field(body, "id"))

    async def _permalink(self, media_id: str, login: Login) -> str:
        for _ in range(READS):
            try:
                return field(await self._graph.get(login, media_id, fields="permalink"), "permalink")
            except Failure:
                # A failed read of the link is not a failed publish: it is searched for again later.
                await asyncio.sleep(self._poll_waits[0])
        return ""

    async def _container_state(self, container: str, login: Login) -> str | None:
        return await self._readiness.state(container, login)
