"""YouTube as a publisher: session → transfer → publish → extras → processing.

The last piece of the file is the irrevocable call: with it the bytes become a video, and another session
would make a second one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pressrun.connectors.base import (
    Credentials,
    Draft,
    Intent,
    Login,
    Profile,
    Published,
    SignIn,
    Steps,
)
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.youtube import answers, limits, options, quota
from pressrun.connectors.publishers.youtube.calls import Calls, items, section
from pressrun.connectors.publishers.youtube.extras import EXTRA_PAUSES, Extras
from pressrun.connectors.publishers.youtube.limits import UNVERIFIED_SECONDS
from pressrun.connectors.publishers.youtube.looking import Wanted, find_uploads
from pressrun.connectors.publishers.youtube.processing import POLL_WAITS, Seen, wait_until_processed
from pressrun.connectors.publishers.youtube.resumable import CHUNK, PAUSES, Sender, SessionGone
from pressrun.connectors.publishers.youtube.sign_in import GoogleSignIn
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Answer, Failure, LoginExpired, Reach, Refused, Transient
from pressrun.domain.problems import Flaw

LISTED_AFTER = timedelta(minutes=2)
"""A video that is not among the uploads this long after its last byte is not there."""

_DAY = timedelta(days=1)
_SESSION_STAGES = ("session", "transfer")
_METRICS = ("viewCount", "likeCount", "commentCount")


class YouTube:
    """Publishes videos to YouTube channels."""

    platform = "youtube"
    required_credentials: tuple[str, ...] = ("access_token", "refresh_token", "client_id", "client_secret")

    def __init__(
        self,
        http: Http,
        *,
        now: Callable[[], datetime],
        api_url: str,
        accounts_url: str,
        oauth_url: str,
        watch_url: str,
        uploads_per_day: int = quota.UPLOADS_PER_DAY,
        units_per_day: int = quota.UNITS_PER_DAY,
        poll_waits: Sequence[float] = POLL_WAITS,
        chunk: int = CHUNK,
        pauses: Sequence[float] = PAUSES,
        extra_pauses: Sequence[float] = EXTRA_PAUSES,
    ) -> None:
        granted = quota.quotas(uploads_per_day=uploads_per_day, units_per_day=units_per_day)
        self.limits = replace(limits.LIMITS, app_quotas=granted)
        self._calls = Calls(http, api_url, now=now)
        self._now = now
        self._watch_url = watch_url.rstrip("/")
        self._poll_waits = poll_waits
        self._chunk = chunk
        self._pauses = pauses
        self._extra_pauses = extra_pauses
        self._google = GoogleSignIn(
            http, now=now, accounts_url=accounts_url, oauth_url=oauth_url, identify=self.identify
        )
        self.sign_ins: Sequence[SignIn] = (self._google,)

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Description, file and options, by YouTube's rules."""
        return limits.check(draft)

    def costs(self, draft: Draft) -> Mapping[str, int]:
        """One of the project's uploads of the day, and units for what comes after."""
        return quota.costs(draft)

    async def identify(self, credentials: Credentials) -> Profile:
        """The channel that these credentials were given for."""
        login = Login(account_id="", external_id="", credentials=credentials)
        body = await self._calls.get(login, "channels", part="id,snippet", mine="true")
        for channel in items(body):
            snippet = section(channel, "snippet")
            handle = str(snippet.get("customUrl") or "").removeprefix("@") or str(snippet.get("title") or "")
            if isinstance(channel.get("id"), str):
                return Profile(external_id=channel["id"], handle=handle)
        raise LoginExpired(answer=Answer(status=200, message="no channel"), reason=answers.NO_CHANNEL)

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        """All bytes but the last piece go into a session; the last piece makes them a video."""
        chosen, _ = options.read(draft)
        sender = self._sender(draft, login)
        session = await steps.run("session", lambda: self._begin(draft, sender))
        if session["size"] != sender.size:
            # The file was prepared anew meanwhile: its bytes do not continue those that are there.
            raise Transient(reach=Reach.NOT_SENT, after=timedelta(), start_over=_SESSION_STAGES)
        sender.session = session["uri"]
        await steps.run("transfer", lambda: self._transfer(sender, steps))
        evidence = {**session, "title": chosen.title}
        # More follows even where nothing was asked for: what YouTube makes of the video.
        published = await steps.commit("publish", evidence, lambda: self._finish(sender), completes=False)
        video_id = published.external_id or _id_in(published.permalink)
        if not video_id:
            return published
        extras = Extras(self._calls, login, video_id, self._extra_pauses)
        notes = await extras.add_all(draft, chosen, steps)
        seen = await steps.run("processing", lambda: self._processed(video_id, login))
        link = published.permalink or self._link(video_id)
        return Published(video_id, link, notes=(*notes, *_notes(seen, chosen.privacy)))

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        """The session says it while it lives; after that, the channel's list of uploads."""
        evidence = intent.evidence
        sender = Sender(self._calls, login, evidence["size"], session=evidence["uri"])
        is_gone = False
        try:
            video_id = await sender.ask()
            return self._published(video_id) if video_id else Sighting.NOT_THERE
        except SessionGone:
            is_gone = True
        except Failure:
            pass
        # Of older uploads we do not know which are our other posts.
        since = max(datetime.fromisoformat(evidence["begun_at"]), intent.sent_at - _DAY)
        found = await self._uploads(login, Wanted(evidence["title"], since, intent.known_ids))
        if found and len(found) == 1:
            return self._published(found[0])
        is_listed_by_now = self._now() >= intent.sent_at + LISTED_AFTER
        return Sighting.NOT_THERE if is_gone and found == [] and is_listed_by_now else Sighting.CANNOT_TELL

    async def renew(self, login: Login) -> Login:
        """A fresh access token for the refresh token."""
        return await self._google.renew(login)

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        """Numbers since the video is there; hidden ones are left out."""
        body = await self._calls.get(login, "videos", part="statistics", id=external_id)
        video = next(items(body), None)
        if video is None:
            return Sighting.NOT_THERE if body.get("items") == [] else Sighting.CANNOT_TELL
        numbers = section(video, "statistics")
        return {name: int(numbers[name]) for name in _METRICS if _is_number(numbers.get(name))}

    async def _begin(self, draft: Draft, sender: Sender) -> dict[str, Any]:
        if (draft.media[0].facts.duration or 0) > UNVERIFIED_SECONDS:
            await self._need_long_uploads(sender.login)
        chosen, _ = options.read(draft)
        begun_at = self._now()
        uri = await self._calls.begin_upload(
            sender.login,
            options.resource(draft),
            size=sender.size,
            mime=sender.mime,
            **({} if chosen.notify_subscribers else {"notifySubscribers": "false"}),
        )
        # Nothing can be there yet, so nobody needs to be asked.
        sender.confirmed = 0
        return {"uri": uri, "begun_at": begun_at.isoformat(), "size": sender.size}

    async def _need_long_uploads(self, login: Login) -> None:
        """Sending hours of video that the channel may not upload would be in vain."""
        body = await self._calls.get(login, "channels", part="status", mine="true")
        for channel in items(body):
            if section(channel, "status").get("longUploadsStatus") in ("eligible", "disallowed"):
                raise Refused(reason="channel_unverified", values={"minutes": UNVERIFIED_SECONDS // 60})

    async def _transfer(self, sender: Sender, steps: Steps) -> bool:
        """Whether the session still lives. One that is gone is met by `publish` again: what it became is then
        looked for before another one is begun."""

        async def tell(percent: int) -> None:
            await steps.report("transfer", "transfer_percent", percent=percent)

        try:
            await sender.send_all_but_last(tell)
        except SessionGone:
            return False
        return True

    async def _finish(self, sender: Sender) -> Published:
        try:
            return self._published(await sender.finish())
        except SessionGone:
            said = Answer(status=404, message="the upload session is gone")
            raise Transient(answer=said, start_over=_SESSION_STAGES) from None

    async def _processed(self, video_id: str, login: Login) -> Seen:
        return await wait_until_processed(self._calls, login, video_id, self._poll_waits)

    async def _uploads(self, login: Login, wanted: Wanted) -> list[str] | None:
        try:
            return await find_uploads(self._calls, login, wanted)
        except Failure:
            return None

    def _sender(self, draft: Draft, login: Login) -> Sender:
        media = draft.media[0]
        return Sender(
            self._calls,
            login,
            media.facts.size,
            media.path,
            media.facts.mime,
            chunk=self._chunk,
            pauses=self._pauses,
        )

    def _published(self, video_id: str) -> Published:
        return Published(external_id=video_id, permalink=self._link(video_id), is_out=True)

    def _link(self, video_id: str) -> str:
        return f"{self._watch_url}/watch?v={video_id}"


def _notes(seen: Seen, wanted_privacy: str) -> tuple[str, ...]:
    if seen["privacy"] == "private" and wanted_privacy != "private":
        # A project that Google has not audited: whatever it uploads stays private.
        return ("locked_private",) if seen["is_done"] else ("locked_private", "still_processing")
    return () if seen["is_done"] else ("still_processing",)


def _id_in(permalink: str) -> str:
    """The video's id in an address that a person gave."""
    parts = urlsplit(permalink)
    asked = parse_qs(parts.query).get("v")
    if asked:
        return asked[0]
    last = parts.path.rstrip("/").rpartition("/")
    is_video = parts.hostname == "youtu.be" or last[0].endswith(("/shorts", "/live", "/embed"))
    return last[2] if is_video else ""


def _is_number(value: object) -> bool:
    return isinstance(value, str | int) and str(value).isdecimal()
