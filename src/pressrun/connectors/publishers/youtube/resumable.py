"""The resumable protocol: bytes in order, and whatever was not confirmed is asked for, never assumed."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pressrun.connectors.base import Login
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.youtube import answers
from pressrun.connectors.publishers.youtube.calls import Calls, unreadable
from pressrun.domain.failures import Answer, Failure, MediaBroken, Reach, Refused, Transient

GRANULE = 256 * 1024
"""Every request but the last one must bring a multiple of this."""
CHUNK = 64 * GRANULE
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds to wait after trouble in a row before the upload is tried again later as a whole."""
LONGEST_PAUSE = timedelta(minutes=1)

TOLD_EVERY = 5
"""Percent between two reports of progress."""

OnProgress = Callable[[int], Awaitable[None]]


class SessionGone(Exception):
    """YouTube does not know the session: it expired, or it was never one."""


@dataclass
class Sender:
    """Sends one file into one session, and knows nothing about it that YouTube did not say.

    `session` is a secret: whoever has it can write to it. `confirmed` is how many bytes YouTube said that it
    has; None: it must be asked.
    """

    calls: Calls
    login: Login
    size: int
    file: Path | None = None
    """Not needed to ask."""
    mime: str = "video/mp4"
    session: str = ""
    confirmed: int | None = None
    chunk: int = CHUNK
    pauses: Sequence[float] = PAUSES

    async def send_all_but_last(self, on_progress: OnProgress) -> None:
        """Everything but the last piece, which makes it a video. Troubles on the way are waited out.

        Raises `SessionGone` and the kinds of `domain.failures`.
        """
        best, told, troubles = self.confirmed or 0, 0, 0
        while self.confirmed is None or self._left > GRANULE:
            trouble = await self._advance()
            if self.confirmed is not None and self.confirmed > best:
                best, troubles = self.confirmed, 0
                if (percent := 100 * best // self.size) >= told + TOLD_EVERY:
                    told = percent
                    await on_progress(percent)
            if trouble is not None:
                troubles += 1
                await self._wait(troubles, trouble)

    async def finish(self) -> str:
        """Sends the last piece, unless YouTube has it already; answers the video's id.

        Raises `SessionGone` and the kinds of `domain.failures`; `NOT_SENT` where only a question left.
        """
        if self.confirmed is None:
            video_id = await self._asked()
            if video_id is not None:
                return video_id
        if self._left > GRANULE:
            raise Transient(reach=Reach.NOT_SENT, start_over=("transfer",))
        video_id = await self._send_last()
        if video_id is None:
            said = Answer(status=308, message=f"{self.confirmed} bytes are there")
            raise Transient(answer=said, start_over=("transfer",))
        return video_id

    async def ask(self) -> str | None:
        """How much is there, kept in `confirmed`; the video's id where all of it is."""
        headers = {"Content-Range": f"bytes */{self.size}", **self._headers()}
        return self._read(await self.calls.http.request("PUT", self.session, headers=headers))

    @property
    def _left(self) -> int:
        return self.size - (self.confirmed or 0)

    async def _advance(self) -> Transient | None:
        """One request more; answers the trouble it met."""
        before = self.confirmed
        try:
            if before is None:
                await self.ask()
            else:
                await self._send(min(self.chunk, (self._left - 1) // GRANULE * GRANULE))
        except Transient as trouble:
            if trouble.start_over:
                raise
            self.confirmed = None
            return trouble
        is_stuck = before is not None and (self.confirmed or 0) <= before
        return Transient(answer=Answer(status=308, message="nothing more is taken")) if is_stuck else None

    async def _asked(self) -> str | None:
        try:
            return await self.ask()
        except Failure as failure:
            failure.reach = Reach.NOT_SENT
            raise

    async def _send(self, length: int) -> str | None:
        headers, first = self._range(length), self.confirmed or 0
        # Until it is answered, nobody knows how much of this arrives.
        self.confirmed = None
        answer = await self.calls.http.send(
            "PUT", self.session, file=self._path, offset=first, length=length, headers=headers
        )
        return self._read(answer)

    async def _send_last(self) -> str | None:
        """Under one time limit as a whole: it must have ended before anybody looks for its effect."""
        headers, piece = self._range(self._left), await asyncio.to_thread(self._last_piece)
        self.confirmed = None
        answer = await self.calls.http.request("PUT", self.session, content=piece, headers=headers)
        return self._read(answer)

    def _last_piece(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(self.confirmed or 0)
                piece = file.read(self._left)
        except OSError as error:
            said = Answer(message=f"{self._path.name}: {error.strerror}")
            raise MediaBroken(answer=said, reach=Reach.NOT_SENT, which=1) from error
        if len(piece) < self._left:
            said = Answer(message=f"{self._path.name} became shorter")
            raise MediaBroken(answer=said, reach=Reach.NOT_SENT, which=1)
        return piece

    def _range(self, length: int) -> dict[str, str]:
        first = self.confirmed or 0
        span = f"bytes {first}-{first + length - 1}/{self.size}"
        return {"Content-Range": span, "Content-Type": self.mime, **self._headers()}

    @property
    def _path(self) -> Path:
        assert self.file is not None, "YouTube takes bytes, so they were prepared here"
        return self.file

    async def _wait(self, troubles: int, trouble: Transient) -> None:
        if troubles > len(self.pauses) or (trouble.after or timedelta()) > LONGEST_PAUSE:
            raise trouble
        named = trouble.after
        await asyncio.sleep(self.pauses[troubles - 1] if named is None else named.total_seconds())

    def _headers(self) -> dict[str, str]:
        return self.calls.session_headers(self.session, self.login)

    def _read(self, answer: HttpAnswer) -> str | None:
        match answer.status:
            case 308:
                self.confirmed = self._next_byte(answer)
                return None
            case 200 | 201:
                video_id = answer.body.get("id") if isinstance(answer.body, dict) else None
                if not isinstance(video_id, str) or not video_id:
                    raise unreadable(answer, "id")
                self.confirmed = self.size
                return video_id
            case 404 | 410:
                raise SessionGone
        failure = answers.translate(answer, now=self.calls.now())
        if isinstance(failure, Transient):
            failure.after = _retry_after(answer)
        if isinstance(failure, Refused) and failure.reason == "refused":
            # It is about this session, such as bytes that do not follow what it has: only a new one helps.
            failure = Transient(answer=failure.answer, start_over=("session", "transfer"))
        raise failure

    def _next_byte(self, answer: HttpAnswer) -> int:
        said = answer.headers.get("range")
        if said is None:
            return 0
        found = re.fullmatch(r"bytes=0-(\d{1,15})", said.strip())
        if found is None or int(found[1]) >= self.size:
            raise unreadable(answer, "Range")
        return int(found[1]) + 1


def _retry_after(answer: HttpAnswer) -> timedelta | None:
    said = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(said)) if re.fullmatch(r"\d{1,6}", said) else None
