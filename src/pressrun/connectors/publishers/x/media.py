"""Files on their way to X: initialize, append segment by segment, finalize, wait, describe."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

from pressrun.connectors.base import Draft, DraftMedia, Login, Steps
from pressrun.connectors.publishers.x.answers import MEDIA_STAGES
from pressrun.connectors.publishers.x.calls import Calls
from pressrun.connectors.publishers.x.limits import MAX_ALT_TEXT
from pressrun.domain.failures import Answer, MediaBroken, Refused, Transient
from pressrun.domain.media import MediaFacts, MediaKind

SEGMENT_BYTES = 4 * 1024 * 1024
"""X takes five million bytes at a time, with everything around them."""
SEGMENT_TRIES = 3
POLLS = 120
LONGEST_PAUSE = 10.0
"""Seconds; X names shorter ones."""
LIFE = timedelta(hours=24)
"""How long X keeps media that no post carries, where it does not say."""

T = TypeVar("T")


class Sent(TypedDict):
    """One file that X has, as it is kept. Until `expires_at` it may be attached to a post."""

    id: str
    key: str
    expires_at: str
    is_processed: bool


@dataclass(frozen=True)
class Uploads:
    """Everything that happens to a draft's files before a post carries them."""

    calls: Calls
    login: Login
    longest_pause: float = LONGEST_PAUSE

    async def prepare(self, draft: Draft, steps: Steps) -> list[Sent]:
        """Each file at X, processed and described; kept, so that another attempt finds them."""
        if not draft.media:
            return []
        sent = await steps.run("media", lambda: self._send_all(draft, steps))
        if any(file["is_processed"] for file in sent):
            await steps.run("polling", lambda: self._wait_for_all(sent))
        if any(media.alt_text.strip() for media in draft.media):
            await steps.run("alt_text", lambda: self._describe_all(draft, sent))
        return sent

    async def _send_all(self, draft: Draft, steps: Steps) -> list[Sent]:
        count = len(draft.media)
        sent = []
        for position, media in enumerate(draft.media, start=1):

            async def tell(percent: int, position: int = position) -> None:
                # Not `percent`, which stands for the whole post's way to its publishing.
                await steps.report("media", "file_percent", position=position, count=count, sent=percent)

            sent.append(await _about_file(position, self._send(media, tell)))
        return sent

    async def _send(self, media: DraftMedia, tell: Callable[[int], Coroutine[Any, Any, None]]) -> Sent:
        if media.path is None:
            raise MediaBroken(answer=Answer(message=f"{media.asset_id} is not on this machine"))
        size = media.facts.size
        kind = {"media_type": media.facts.mime, "media_category": _category(media.facts)}
        made = await self.calls.post(self.login, "media/upload/initialize", {**kind, "total_bytes": size})
        media_id = _id(made)
        for index, offset in enumerate(range(0, size, SEGMENT_BYTES)):
            await tell(offset * 100 // size)
            length = min(SEGMENT_BYTES, size - offset)
            await self._append(media_id, media, index=index, offset=offset, length=length)
        done = await self.calls.post(self.login, f"media/upload/{media_id}/finalize")
        return Sent(
            id=media_id,
            key=str(done.get("media_key") or made.get("media_key") or ""),
            expires_at=self._expiry(done).isoformat(),
            is_processed=bool(done.get("processing_info")),
        )

    async def _append(
        self, media_id: str, media: DraftMedia, *, index: int, offset: int, length: int
    ) -> None:
        """The same segment may be sent again: it takes the place of what was there."""
        assert media.path is not None
        tries_left, is_there = SEGMENT_TRIES, False
        while not is_there:
            try:
                await self.calls.send(
                    self.login,
                    f"media/upload/{media_id}/append",
                    media.path,
                    offset=offset,
                    length=length,
                    fields={"segment_index": str(index)},
                )
                is_there = True
            except Transient as failure:
                tries_left -= 1
                if not tries_left or failure.start_over:
                    raise
                await self._pause(1)

    async def _wait_for_all(self, sent: Sequence[Sent]) -> bool:
        for position, file in enumerate(sent, start=1):
            if file["is_processed"]:
                await _about_file(position, self._wait_until_processed(file["id"]))
        return True

    async def _wait_until_processed(self, media_id: str) -> None:
        for _ in range(POLLS):
            status = await self.calls.get(self.login, "media/upload", command="STATUS", media_id=media_id)
            info = status.get("processing_info")
            info = info if isinstance(info, dict) else {}
            match info.get("state", "succeeded"):
                case "succeeded":
                    return
                case "failed":
                    raise MediaBroken(answer=_why(info))
            wait = info.get("check_after_secs")
            await self._pause(wait if isinstance(wait, int | float) else 1)
        raise Transient(answer=Answer(message="still processing"))

    async def _describe_all(self, draft: Draft, sent: Sequence[Sent]) -> bool:
        for media, file in zip(draft.media, sent, strict=True):
            text = media.alt_text.strip()[:MAX_ALT_TEXT]
            if text:
                described = {"id": file["id"], "metadata": {"alt_text": {"text": text}}}
                await self.calls.post(self.login, "media/metadata", described)
        return True

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(min(max(seconds, 0), self.longest_pause))

    def _expiry(self, done: Mapping[str, Any]) -> datetime:
        seconds = done.get("expires_after_secs")
        if not isinstance(seconds, int) or seconds < 0:
            return self.calls.now() + LIFE
        return self.calls.now() + min(timedelta(seconds=seconds), LIFE)


async def _about_file(position: int, work: Coroutine[Any, Any, T]) -> T:
    """What X refuses while it gets a file is the file; its place is what a person needs to know."""
    try:
        return await work
    except MediaBroken as failure:
        failure.which = position
        raise
    except Refused as failure:
        raise MediaBroken(answer=failure.answer, reach=failure.reach, which=position) from failure


def _category(facts: MediaFacts) -> str:
    if facts.kind is MediaKind.VIDEO:
        return "tweet_video"
    return "tweet_gif" if facts.is_animation else "tweet_image"


def _id(made: Mapping[str, Any]) -> str:
    if not isinstance(made.get("id"), str) or not made["id"].isdecimal():
        raise Transient(answer=Answer(status=200, message="the answer has no id"), start_over=MEDIA_STAGES)
    return made["id"]


def _why(info: Mapping[str, Any]) -> Answer:
    error = info.get("error")
    error = error if isinstance(error, dict) else {}
    return Answer(code=str(error.get("name") or "failed"), message=str(error.get("message") or "")[:300])
