"""Instagram, through the Graph API (S2.5): container → carousel → polling → publish.

Two flavours of login differ in host and in how the account is named; everything else is the same.
Images are fetched by Instagram from an address; it never takes their bytes.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.base import (
    Credentials,
    Draft,
    DraftMedia,
    FormatRules,
    Intent,
    Limits,
    Login,
    Option,
    Profile,
    Published,
    SignIn,
    Steps,
)
from pressrun.connectors.checking import draft_flaws
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.publishers import meta_answers
from pressrun.connectors.publishers.meta_answers import CONTAINER_STAGES
from pressrun.domain.caption import TextRules
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    Answer,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    Reach,
    Transient,
)
from pressrun.domain.media import ImageRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

VERSION = "v25.0"
POLL_WAITS = (0.5, 1, 2, 3, 5, 10, 20, 30, 60, 60, 60, 60)
"""Seconds between polls; Instagram advises five minutes in all."""
READS = 3
"""Reads of a container or a link sometimes fail on good objects: asked this often before it counts."""
CLOCK_SKEW = timedelta(minutes=2)
MAX_ALT_TEXT = 1000

_UNPUBLISHED = frozenset({"IN_PROGRESS", "FINISHED", "ERROR", "EXPIRED"})
_NOT_VISIBLE = "100/33"
_METRICS = "views,reach,likes,comments,shares,saved,total_interactions"


class Instagram:
    """Publishes to Instagram professional accounts."""

    platform = "instagram"
    required_credentials: tuple[str, ...] = ("access_token", "ig_user_id")
    sign_ins: Sequence[SignIn] = ()
    limits = Limits(
        text=TextRules(max_length=2200, max_hashtags=30, max_mentions=20),
        formats={
            Format.FEED: FormatRules(1, 1, frozenset({"image"})),
            Format.CAROUSEL: FormatRules(2, 10, frozenset({"image"})),
        },
        image=ImageRules(
            mimes=frozenset({"image/jpeg"}), max_bytes=8 * 1024 * 1024, ratio=(0.8, 1.91), max_width=1440
        ),
        options=(Option("location_id", max_length=64),),
    )

    def __init__(
        self,
        http: Http,
        *,
        now: Callable[[], datetime],
        facebook_url: str = "https://graph.facebook.com",
        instagram_url: str = "https://graph.instagram.com",
        poll_waits: Sequence[float] = POLL_WAITS,
    ) -> None:
        self._http = http
        self._facebook_url = facebook_url.rstrip("/")
        self._instagram_url = instagram_url.rstrip("/")
        self._now = now
        self._poll_waits = poll_waits

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Text, number of files and pictures, by Instagram's rules."""
        return draft_flaws(draft, self.limits)

    def costs(self, draft: Draft) -> Mapping[str, int]:
        """Nothing: Instagram counts for each account."""
        return {}

    async def identify(self, credentials: Credentials) -> Profile:
        """The professional account these credentials publish to."""
        login = Login(account_id="", external_id=str(credentials["ig_user_id"]), credentials=credentials)
        if not login.external_id.isdecimal():
            raise LoginExpired(answer=Answer(message="ig_user_id is not a number"), reach=Reach.NOT_SENT)
        try:
            body = await self._get(login, login.external_id, fields="id,username")
        except Transient as failure:
            if failure.answer.code == _NOT_VISIBLE:
                raise LoginExpired(answer=failure.answer) from failure
            raise
        return Profile(external_id=login.external_id, handle=str(body.get("username", "")))

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        """Container, for several pictures a carousel of containers, then publish what is finished."""
        if draft.format is Format.CAROUSEL:
            children = await steps.run("container", lambda: self._make_children(draft, login, steps))
            container = await steps.run("carousel", lambda: self._make_carousel(draft, login, children))
        else:
            container = await steps.run("container", lambda: self._make_container(draft, login))
        state = await steps.run("polling", lambda: self._wait_until_finished(container, login))
        if state == "PUBLISHED":
            # An earlier call took effect after all; another one could make a second post.
            return Published()
        evidence = {
            "container_id": container,
            "text_sha256": _text_hash(draft.text),
            "media_type": "CAROUSEL_ALBUM" if draft.format is Format.CAROUSEL else "IMAGE",
        }
        published = await steps.commit("publish", evidence, lambda: self._publish(container, login))
        permalink = await steps.run("link", lambda: self._permalink(published.external_id, login))
        return Published(external_id=published.external_id, permalink=permalink)

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        """A container that says PUBLISHED is published, even where its media can't be listed yet."""
        state = await self._container_state(intent.evidence["container_id"], login)
        if state == "PUBLISHED":
            return await self._find_media(intent, login) or Published()
        if state in _UNPUBLISHED:
            return Sighting.NOT_THERE
        return await self._find_media(intent, login) or Sighting.CANNOT_TELL

    async def renew(self, login: Login) -> Login:
        """A fresh token of the Instagram flavour. Page tokens of the Facebook flavour need a person."""
        if login.credentials.get("login") != "instagram":
            raise LoginExpired(answer=Answer(message="only a person can renew a Facebook login"))
        answer = await self._http.request(
            "GET",
            f"{self._instagram_url}/refresh_access_token",
            params={"grant_type": "ig_refresh_token", "access_token": login.credentials["access_token"]},
        )
        body = self._read(answer)
        fresh = {**login.credentials, "access_token": _field(body, "access_token")}
        seconds = _field(body, "expires_in")
        if not seconds.isdecimal():
            raise _unreadable("expires_in")
        expires_at = self._now() + timedelta(seconds=int(seconds))
        return Login(login.account_id, login.external_id, fresh, expires_at)

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        """Lifetime numbers; what Instagram does not tell yet is left out."""
        try:
            body = await self._get(login, f"{external_id}/insights", metric=_METRICS)
        except LoginExpired as failure:
            if failure.answer.code == "10" and "viewers" in failure.answer.message:
                return {}
            raise
        return dict(_numbers(body))

    async def _make_container(self, draft: Draft, login: Login) -> str:
        fields = {"caption": draft.text, **_location(draft)}
        return await self._create_image(login, draft.media[0], fields, position=1)

    async def _make_children(self, draft: Draft, login: Login, steps: Steps) -> list[str]:
        children = []
        for position, media in enumerate(draft.media, start=1):
            await steps.report("container", "container_child", position=position, count=len(draft.media))
            child = {"is_carousel_item": "true"}
            children.append(await self._create_image(login, media, child, position=position))
        return children

    async def _make_carousel(self, draft: Draft, login: Login, children: list[str]) -> str:
        for position, child in enumerate(children, start=1):
            # A carousel is refused while one of its pictures is still being processed.
            await self._wait_until_finished(child, login, position=position)
        fields = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": draft.text}
        return await self._create(login, {**fields, **_location(draft)})

    async def _create_image(
        self, login: Login, media: DraftMedia, fields: Mapping[str, str], *, position: int
    ) -> str:
        try:
            return await self._create(login, {**fields, **_image(media)})
        except MediaBroken as failure:
            failure.which = position
            raise
        except MediaUnreachable as failure:
            failure.url = _without_signature(media.url)
            raise

    async def _create(self, login: Login, fields: Mapping[str, str]) -> str:
        return _field(await self._post(login, f"{login.external_id}/media", fields), "id")

    async def _wait_until_finished(self, container: str, login: Login, *, position: int = 0) -> str:
        for wait in self._poll_waits:
            body = await self._get(login, container, fields="status_code,status")
            state = _state(body)
            if state in ("FINISHED", "PUBLISHED"):
                return state
            if state in ("ERROR", "EXPIRED"):
                raise _container_failure(state, str(body.get("status", "")), position)
            await asyncio.sleep(wait)
        raise Transient(answer=Answer(message="still processing"), start_over=("polling",))

    async def _publish(self, container: str, login: Login) -> Published:
        body = await self._post(login, f"{login.external_id}/media_publish", {"creation_id": container})
        return Published(external_id=_field(body, "id"))

    async def _permalink(self, media_id: str, login: Login) -> str:
        for _ in range(READS):
            try:
                return _field(await self._get(login, media_id, fields="permalink"), "permalink")
            except Failure:
                # A failed read of the link is not a failed publish: it is searched for again later.
                await asyncio.sleep(self._poll_waits[0])
        return ""

    async def _container_state(self, container: str, login: Login) -> str | None:
        for _ in range(READS):
            try:
                return _state(await self._get(login, container, fields="status_code,status"))
            except Failure:
                await asyncio.sleep(self._poll_waits[0])
        return None

    async def _find_media(self, intent: Intent, login: Login) -> Published | None:
        try:
            body = await self._get(
                login,
                f"{login.external_id}/media",
                fields="id,caption,timestamp,permalink,media_type",
                limit="25",
            )
        except Failure:
            return None
        matches = [item for item in _items(body) if item.get("id") and _is_effect_of(intent, item)]
        if len(matches) != 1:
            return None
        return Published(external_id=str(matches[0]["id"]), permalink=str(matches[0].get("permalink", "")))

    async def _get(self, login: Login, path: str, **params: str) -> dict[str, Any]:
        return await self._call("GET", login, path, params=params)

    async def _post(self, login: Login, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        return await self._call("POST", login, path, data=fields)

    async def _call(self, method: str, login: Login, path: str, **options: Any) -> dict[str, Any]:
        flavour = login.credentials.get("login", "facebook")
        host = self._instagram_url if flavour == "instagram" else self._facebook_url
        token = str(login.credentials["access_token"])
        if not re.fullmatch(r"[!-~]+", token):
            raise LoginExpired(answer=Answer(message="this can't be a token"), reach=Reach.NOT_SENT)
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self._http.request(method, f"{host}/{VERSION}/{path}", headers=headers, **options)
        return self._read(answer)

    def _read(self, answer: HttpAnswer) -> dict[str, Any]:
        if not answer.is_success or not isinstance(answer.body, dict) or "error" in answer.body:
            raise meta_answers.translate(answer, now=self._now())
        return answer.body


def _image(media: DraftMedia) -> dict[str, str]:
    alt_text = media.alt_text[:MAX_ALT_TEXT]
    return {"image_url": media.url, **({"alt_text": alt_text} if alt_text else {})}


def _location(draft: Draft) -> dict[str, str]:
    location = draft.options.get("location_id")
    return {"location_id": str(location)} if location else {}


def _without_signature(url: str) -> str:
    return url.partition("?")[0]


def _field(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str | int) or not str(value):
        raise _unreadable(name)
    return str(value)


def _unreadable(name: str) -> Transient:
    return Transient(answer=Answer(status=200, message=f"the answer has no {name}"))


def _items(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = body.get("data")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _numbers(insights: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for metric in _items(insights):
        match metric:
            case {"name": str(name), "values": [{"value": int(number)}, *_]}:
                yield name, number


def _state(body: Mapping[str, Any]) -> str:
    state = str(body.get("status_code") or "")
    if not state:
        return "ERROR" if str(body.get("status", "")).startswith("Error") else "IN_PROGRESS"
    return state


def _container_failure(state: str, status: str, position: int) -> Failure:
    said = Answer(code=state, message=status[:300])
    if state == "EXPIRED":
        return Transient(answer=said, start_over=CONTAINER_STAGES)
    failure = meta_answers.of_container(status, said)
    if isinstance(failure, MediaBroken):
        failure.which = position
    return failure


def _is_effect_of(intent: Intent, item: Mapping[str, Any]) -> bool:
    try:
        made_at = datetime.fromisoformat(str(item.get("timestamp")))
    except ValueError:
        return False
    return (
        str(item["id"]) not in intent.known_ids
        and made_at.tzinfo is not None
        and made_at >= intent.sent_at - CLOCK_SKEW
        and item.get("media_type") == intent.evidence["media_type"]
        and _text_hash(str(item.get("caption", ""))) == intent.evidence["text_sha256"]
    )


def _text_hash(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
