"""X as a publisher: media → polling → alt_text → ready → publish, publish_2, …

A thread is one post of Pressrun and several on X: each part is a call of its own that can't be undone, and
replies to the part before it. X knows no key that makes a repetition safe, so what became of a lost call is
looked up in the account's own timeline; X's refusal of a text it has just seen is the second net.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from pressrun.connectors.base import Credentials, Draft, Intent, Login, Profile, Published, SignIn, Steps
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.x import answers, limits, options
from pressrun.connectors.publishers.x.answers import MEDIA_STAGES
from pressrun.connectors.publishers.x.calls import Calls
from pressrun.connectors.publishers.x.looking import LISTED_AFTER, look, wanted_by
from pressrun.connectors.publishers.x.media import LONGEST_PAUSE, Sent, Uploads
from pressrun.connectors.publishers.x.options import post_id_in
from pressrun.connectors.publishers.x.posting import Part
from pressrun.connectors.publishers.x.sign_in import XSignIn
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Answer, LoginExpired, MediaBroken, Reach, Refused, Transient
from pressrun.domain.problems import Flaw

NO_HANDLE = "i/web"
"""Stands in an address where the name of the account is not known."""
_ALMOST_OVER = timedelta(minutes=5)
"""Media that X forgets so soon are sent again rather than attached."""


class Ready(TypedDict):
    """When the first part could be sent for the first time, with which media; never made anew."""

    at: str
    media_ids: list[str]


class X:
    """Publishes posts and threads to X."""

    platform = "x"
    required_credentials: tuple[str, ...] = ("access_token", "refresh_token", "client_id")

    def __init__(
        self,
        http: Http,
        *,
        now: Callable[[], datetime],
        api_url: str,
        consent_url: str,
        post_url: str,
        max_length: int = limits.MAX_LENGTH,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self._calls = Calls(http, api_url, now=now)
        self._now = now
        self._post_url = post_url
        self._longest_pause = longest_pause
        self._sign_in = XSignIn(
            http, now=now, api_url=api_url, consent_url=consent_url, identify=self.identify
        )
        self.limits = limits.limits_of(max_length)
        self.sign_ins: Sequence[SignIn] = (self._sign_in,)

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Texts by X's own counting, files and options."""
        return limits.check(draft, self.limits)

    def costs(self, draft: Draft) -> Mapping[str, int]:
        """Nothing that is counted by the day; X charges for each post, more for one with a link."""
        return {}

    async def identify(self, credentials: Credentials) -> Profile:
        """The account that these credentials were given for."""
        login = Login(account_id="", external_id="", credentials=credentials)
        return await self._who(login)

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        """Media first, then the post, or the posts of a thread one after the other."""
        self._need_time(login)
        chosen, _ = options.read(draft.options)
        media = await Uploads(self._calls, login, self._longest_pause).prepare(draft, steps)
        ready = await steps.run("ready", lambda: self._ready(media))
        # A dead token must show before the first call: afterwards nobody could ask what became of it.
        handle = (await self._who(login)).handle
        texts = limits.texts_of(draft)
        thread: list[str] = []
        for text in texts:
            part = Part(
                text=text,
                chosen=chosen,
                media=() if thread else media,
                earlier_ids=tuple(thread),
                is_last=len(thread) + 1 == len(texts),
                handle=handle,
                since=ready["at"],
            )
            thread.append(await self._commit(part, login, steps, ready))
        return self._published(thread[0], login, handle)

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        """The post in the account's timeline. An empty timeline proves nothing for a while: it lags."""
        found = await look(self._calls, login, wanted_by(intent))
        if found is Sighting.NOT_THERE and self._now() < intent.sent_at + LISTED_AFTER:
            return Sighting.CANNOT_TELL
        if isinstance(found, Sighting):
            return found
        thread = [*intent.evidence["earlier_ids"], found]
        # With its last part the whole thread is out, which is opened at its first.
        opened = thread[0] if intent.evidence["is_last"] else found
        return self._published(opened, login, intent.evidence["handle"])

    async def renew(self, login: Login) -> Login:
        """Fresh tokens for the refresh token, which is used up by that."""
        return await self._sign_in.renew(login)

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        """The public numbers of a post, of a thread's first one."""
        answer = await self._calls.read_posts(login, f"tweets/{external_id}", "public_metrics")
        data = answer.body.get("data") if isinstance(answer.body, dict) else None
        if answer.is_success and isinstance(data, dict):
            numbers = data.get("public_metrics")
            return dict(_numbers(numbers)) if isinstance(numbers, dict) else Sighting.CANNOT_TELL
        if answers.is_gone(answer, now=self._now()):
            return Sighting.NOT_THERE
        raise self._calls.failure(answer)

    async def _who(self, login: Login) -> Profile:
        data = await self._calls.get(login, "users/me")
        if not isinstance(data.get("id"), str) or not data["id"]:
            raise _unreadable("id")
        return Profile(external_id=data["id"], handle=str(data.get("username") or ""))

    async def _ready(self, media: Sequence[Sent]) -> Ready:
        return Ready(at=self._now().isoformat(), media_ids=[file["id"] for file in media])

    async def _commit(self, part: Part, login: Login, steps: Steps, ready: Ready) -> str:
        """The id of the part, which the next one replies to."""
        done = await steps.commit(
            part.name,
            part.evidence(),
            lambda: self._post(part, login, ready),
            completes=part.is_last,
        )
        known = done.external_id or post_id_in(done.permalink)
        return known if known or part.is_last else await self._id_of(part, login)

    async def _post(self, part: Part, login: Login, ready: Ready) -> Published:
        self._need_media(part)
        try:
            data = await self._calls.post(login, "tweets", part.body())
        except Transient as failure:
            ids = [file["id"] for file in part.media]
            if failure.start_over and ids != ready["media_ids"]:
                # They were sent a second time already: it is not their age.
                which = 1 if len(ids) == 1 else 0
                raise MediaBroken(answer=failure.answer, which=which) from failure
            raise
        if not isinstance(data.get("id"), str) or not data["id"]:
            raise _unreadable("id")
        return self._published(data["id"], login, part.handle)

    async def _id_of(self, part: Part, login: Login) -> str:
        """The id of a part of which a person said that it is there, and gave an address without it."""
        found = await look(
            self._calls, login, wanted_by(Intent(part.name, part.evidence(), sent_at=self._now()))
        )
        if isinstance(found, Sighting):
            raise Refused(reason="part_not_found", reach=Reach.NOT_SENT)
        return found

    def _need_time(self, login: Login) -> None:
        if login.expires_at is not None and login.expires_at <= self._now():
            said = Answer(message="the token's two hours are over")
            raise LoginExpired(answer=said, reach=Reach.NOT_SENT)

    def _need_media(self, part: Part) -> None:
        ends = [datetime.fromisoformat(file["expires_at"]) for file in part.media]
        if ends and min(ends) - self._now() < _ALMOST_OVER:
            said = Answer(message="the media are too old to be attached")
            raise Transient(answer=said, after=timedelta(), start_over=MEDIA_STAGES, reach=Reach.NOT_SENT)

    def _published(self, post_id: str, login: Login, handle: str) -> Published:
        link = self._post_url.format(handle=handle or NO_HANDLE, user_id=login.external_id, id=post_id)
        return Published(external_id=post_id, permalink=link if post_id else "")


def _numbers(metrics: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for name, number in metrics.items():
        if isinstance(number, int) and not isinstance(number, bool):
            yield name, number


def _unreadable(name: str) -> Transient:
    return Transient(answer=Answer(status=200, message=f"the answer has no {name}"))
