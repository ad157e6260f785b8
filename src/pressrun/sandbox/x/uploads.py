"""Uploads to X: opened, filled segment by segment, finalized, processed; dead after 24 hours."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from pressrun.sandbox.standin import Sandbox

LIFE = timedelta(hours=24)
_KEY_PREFIX = {"image": "3", "gif": "16", "video": "7"}


class Stage(StrEnum):
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """`segments` are sizes by index; `failure` says why the bytes are not usable."""

    id: str
    account_id: str
    media_type: str
    category: str
    total_bytes: int
    created_at: datetime
    stage: Stage = Stage.OPEN
    segments: dict[str, int] = field(default_factory=dict)
    ready_at: datetime | None = None
    result: str = "finished"
    failure: str = ""
    sha256: str = ""
    mime: str = ""
    alt_text: str = ""

    @property
    def family(self) -> str:
        """image, gif, video or subtitles."""
        return family_of(self.category)

    @property
    def media_key(self) -> str:
        return f"{_KEY_PREFIX.get(self.family, '13')}_{self.id}"

    @property
    def is_processed(self) -> bool:
        return self.family in ("gif", "video")

    def is_ready(self, now: datetime) -> bool:
        """Whether a post can carry it."""
        done = self.stage is Stage.CLOSED and self.ready_at is not None and now >= self.ready_at
        return done and not self.failure and self.result == "finished" and not self.is_gone(now)

    def is_gone(self, now: datetime) -> bool:
        lost = self.result == "expired" and self.ready_at is not None and now >= self.ready_at
        return now >= self.created_at + LIFE or lost

    def as_json(self, now: datetime) -> dict[str, Any]:
        answer: dict[str, Any] = {
            "id": self.id,
            "media_key": self.media_key,
            "expires_after_secs": math.ceil((self.created_at + LIFE - now).total_seconds()),
        }
        if self.stage is Stage.CLOSED:
            answer["size"] = self.total_bytes
            if self.is_processed:
                answer["processing_info"] = self.processing_info(now)
        return answer

    def processing_info(self, now: datetime) -> dict[str, Any]:
        assert self.ready_at is not None
        left = math.ceil((self.ready_at - now).total_seconds())
        if left > 0:
            return {"state": "in_progress", "check_after_secs": min(left, 5), "progress_percent": 50}
        if self.failure or self.result == "error":
            message = self.failure or "The media could not be processed."
            return {
                "state": "failed",
                "progress_percent": 100,
                "error": {"code": 1, "name": "InvalidMedia", "message": message},
            }
        return {"state": "succeeded", "progress_percent": 100}


def family_of(category: str) -> str:
    return "subtitles" if category == "subtitles" else category.rpartition("_")[2]


@dataclass(frozen=True)
class Uploads:
    """Uploads by id; their segments lie on disk until they become one file."""

    sandbox: Sandbox

    def save(self, upload: Upload) -> Upload:
        body = asdict(upload) | {
            "created_at": upload.created_at.isoformat(),
            "ready_at": upload.ready_at.isoformat() if upload.ready_at else None,
        }
        self.sandbox.records.put("x_upload", upload.id, body, owner=upload.account_id)
        return upload

    def get(self, id_: str) -> Upload | None:
        body = self.sandbox.records.get("x_upload", id_)
        return _upload(body) if body else None

    def add_segment(self, upload: Upload, index: int, content: bytes) -> Upload:
        """The same index again replaces what was there."""
        self._segment(upload, index).write_bytes(content)
        return self.save(replace(upload, segments=upload.segments | {str(index): len(content)}))

    def assemble(self, upload: Upload) -> Path:
        """One file of all segments, which are deleted; runs outside of the event loop."""
        whole = self.sandbox.media.folder / f"x{upload.id}-whole"
        parts = [self._segment(upload, index) for index in range(len(upload.segments))]
        with whole.open("wb") as written:
            for part in parts:
                with part.open("rb") as read:
                    shutil.copyfileobj(read, written, 1 << 20)
        for part in parts:
            part.unlink()
        return whole

    def _segment(self, upload: Upload, index: int) -> Path:
        return self.sandbox.media.folder / f"x{upload.id}-{index}"


def _upload(body: Mapping[str, Any]) -> Upload:
    return Upload(
        **{
            **body,
            "stage": Stage(body["stage"]),
            "created_at": datetime.fromisoformat(body["created_at"]),
            "ready_at": datetime.fromisoformat(body["ready_at"]) if body["ready_at"] else None,
        }
    )
