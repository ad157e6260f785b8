"""What is added to a video that is out already: thumbnail, captions, a place in a playlist.

None of it may fail the post: what YouTube refuses becomes a note.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pressrun.connectors.base import Draft, Login, Steps
from pressrun.connectors.publishers.youtube.calls import Calls, items
from pressrun.connectors.publishers.youtube.captions import Track, as_upload
from pressrun.connectors.publishers.youtube.options import VideoOptions
from pressrun.domain.failures import Duplicate, Failure, LoginExpired, Transient

EXTRA_PAUSES = (1.0, 3.0, 9.0)


@dataclass(frozen=True)
class Extras:
    """Adds what a draft asks for to the video `video_id`."""

    calls: Calls
    login: Login
    video_id: str
    pauses: Sequence[float] = EXTRA_PAUSES

    async def add_all(self, draft: Draft, options: VideoOptions, steps: Steps) -> list[str]:
        """One stage each; answers the notes of those that were refused."""
        notes = []
        if "thumbnail" in draft.attachments:
            notes += await self._stage("thumbnail", steps, lambda: self._set_thumbnail(draft))
        if options.captions:
            notes += await self._stage("captions", steps, lambda: self._add_captions(options.captions))
        if options.playlist_id:
            notes += await self._stage("playlist", steps, lambda: self._add_to(options.playlist_id))
        return notes

    async def _stage(self, name: str, steps: Steps, add: Callable[[], Awaitable[None]]) -> list[str]:
        refusal = await steps.run(name, lambda: self._refusal(add))
        if refusal is None:
            return []
        await steps.report(name, "extra_refused", said=refusal)
        return [f"{name}_refused"]

    async def _refusal(self, add: Callable[[], Awaitable[None]]) -> str | None:
        """What YouTube said against it; None where it was added.

        Raises `LoginExpired` only for a token that ended meanwhile: with a fresh one it will work.
        """
        for pause in (*self.pauses, None):
            try:
                await add()
            except Transient as failure:
                if pause is None:
                    return str(failure)
                await asyncio.sleep(pause)
            except LoginExpired as failure:
                if self.calls.is_over(self.login):
                    raise
                return str(failure)
            except Failure as failure:
                return str(failure)
            else:
                return None
        raise AssertionError("the last pause is None")

    async def _set_thumbnail(self, draft: Draft) -> None:
        picture = draft.attachments["thumbnail"]
        assert picture.path is not None, "YouTube takes bytes, so they were prepared here"
        await self.calls.upload_file(
            self.login, "thumbnails/set", picture.path, mime=picture.facts.mime, videoId=self.video_id
        )

    async def _add_captions(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            body, mime = as_upload(track, self.video_id)
            try:
                await self.calls.upload_text(self.login, "captions", body, mime=mime, part="snippet")
            except Duplicate:
                # An earlier try came through.
                continue

    async def _add_to(self, playlist_id: str) -> None:
        """Looks first: YouTube would take the same video a second time."""
        there = await self.calls.get(
            self.login, "playlistItems", part="id", playlistId=playlist_id, videoId=self.video_id
        )
        if next(items(there), None) is not None:
            return
        resource = {"kind": "youtube#video", "videoId": self.video_id}
        item = {"snippet": {"playlistId": playlist_id, "resourceId": resource}}
        await self.calls.post(self.login, "playlistItems", item, part="snippet")
