"""videos.insert: a complete upload becomes a video of the channel, and a post."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.posts import PostMedia
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.state import StoredMedia
from pressrun.sandbox.youtube.call import ApiCall
from pressrun.sandbox.youtube.errors import ApiError, not_found
from pressrun.sandbox.youtube.fields import INSERT_PARTS, read_resource
from pressrun.sandbox.youtube.measure import VideoFacts, measure
from pressrun.sandbox.youtube.operations import VIDEOS_INSERT, Operation
from pressrun.sandbox.youtube.quota import check_channel_limit
from pressrun.sandbox.youtube.resource import video_resource
from pressrun.sandbox.youtube.rules import PLATFORM, rule
from pressrun.sandbox.youtube.sessions import Session
from pressrun.sandbox.youtube.video import Video, Videos

MAX_BYTES = 274_877_906_944
MAX_SECONDS = timedelta(hours=12).total_seconds()
UNVERIFIED_SECONDS = timedelta(minutes=15).total_seconds()


@dataclass(frozen=True)
class VideoUploads:
    """The target of videos.insert."""

    sandbox: Sandbox
    name: str = "video"
    operation: Operation = VIDEOS_INSERT
    mimes: tuple[str, ...] = ("video/*", "application/octet-stream")

    def max_bytes(self, call: ApiCall) -> int:
        return MAX_BYTES

    def describe(self, call: ApiCall, sent: Mapping[str, Any]) -> dict[str, Any]:
        check_channel_limit(self.sandbox, call.account)
        parts = call.parts(INSERT_PARTS)
        return {"parts": parts, **read_resource(sent, parts, call.now)}

    def examine(self, session: Session, file: Path) -> tuple[StoredMedia, VideoFacts | None]:
        if not file.stat().st_size:
            raise ApiError(400, "mediaBodyRequired", "The request does not include the video content.")
        mime = session.mime if session.mime.startswith("video/") else "video/mp4"
        return self.sandbox.media.adopt(file, mime=mime), measure(file)

    def create(
        self,
        session: Session,
        learned: tuple[StoredMedia, VideoFacts | None],
        *,
        request_id: str,
        base_url: str,
    ) -> dict[str, Any]:
        account = self.sandbox.accounts.get(PLATFORM, session.account_id)
        if account is None:
            raise not_found("channelNotFound", "The channel of this upload does not exist.")
        media, facts = learned
        self.sandbox.records.put("media", media.sha256, {"mime": media.mime})
        video = self._video(session, account, media, facts, request_id)
        Videos(self.sandbox).save(video)
        self.sandbox.accounts.spend(account, "upload")
        now = self.sandbox.clock.now()
        return video_resource(video, account, session.described["parts"], now=now, base_url=base_url)

    def _video(
        self,
        session: Session,
        account: Account,
        media: StoredMedia,
        facts: VideoFacts | None,
        request_id: str,
    ) -> Video:
        now, described = self.sandbox.clock.now(), session.described
        return Video(
            id=secrets.token_urlsafe(8),
            account_id=account.account_id,
            uploaded_at=now,
            ready_at=now + timedelta(seconds=account.processing.seconds),
            snippet=described["snippet"],
            status=described["status"],
            media=PostMedia(path=media.path, sha256=media.sha256, mime=media.mime),
            size=media.size,
            facts=facts,
            request_id=request_id,
            localizations=described.get("localizations", {}),
            recording=described.get("recordingDetails", {}),
            failure=self._failure(account, facts),
            rejection=self._rejection(account, facts),
            aborted=account.processing.result == "expired",
            locked=rule(self.sandbox, account, "private_lock"),
        )

    def _failure(self, account: Account, facts: VideoFacts | None) -> str:
        if account.processing.result == "error":
            return rule(self.sandbox, account, "failure_reason")
        if account.processing.result == "expired":
            return "uploadAborted"
        unreadable = facts is None and rule(self.sandbox, account, "file_check") == "real"
        return "invalidFile" if unreadable else ""

    def _rejection(self, account: Account, facts: VideoFacts | None) -> str:
        reason = rule(self.sandbox, account, "rejection")
        if reason != "none":
            return reason
        allowed = MAX_SECONDS if rule(self.sandbox, account, "verified") else UNVERIFIED_SECONDS
        return "length" if facts is not None and facts.seconds > allowed else ""
