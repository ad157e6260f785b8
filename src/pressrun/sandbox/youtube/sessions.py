"""Upload sessions: what was announced, how many bytes are on disk, and the answer once it is complete."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.errors import ApiError, not_found

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Session:
    """`id` is a secret that the session's address carries. `target` names what the bytes become.

    `described` is what the start request said, checked; `answer` what the finished upload answers for good.
    """

    id: str
    target: str
    account_id: str
    started_at: datetime
    total: int | None
    limit: int
    mime: str
    described: dict[str, Any]
    answer: dict[str, Any] | None = None

    @property
    def mark(self) -> str:
        """Names the session where its secret must not be seen."""
        return hashlib.sha256(self.id.encode()).hexdigest()[:12]


class Sessions:
    """Sessions by id; their bytes lie beside the media, and outlive the process as they do."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def save(self, session: Session) -> None:
        body = asdict(session) | {"started_at": session.started_at.isoformat()}
        self._sandbox.records.put("yt_upload", session.id, body, owner=session.account_id)

    def get(self, id_: str) -> Session:
        """Raises ApiError for one that never was, or that is too old."""
        body = self._sandbox.records.get("yt_upload", id_)
        if body is None:
            raise _gone()
        session = _session(body)
        if self._sandbox.clock.now() >= session.started_at + LIFETIME:
            self.part(session).unlink(missing_ok=True)
            raise _gone()
        return session

    def finished(self, session: Session, answer: dict[str, Any]) -> None:
        self.save(replace(session, answer=answer))

    def part(self, session: Session) -> Path:
        return self._sandbox.media.folder / f"part{session.mark}"

    def received(self, session: Session) -> int:
        part = self.part(session)
        return part.stat().st_size if part.exists() else 0


def find_session(sandbox: Sandbox, id_: str) -> Session | None:
    body = sandbox.records.get("yt_upload", id_)
    return _session(body) if body else None


def _session(body: Mapping[str, Any]) -> Session:
    return Session(**{**body, "started_at": datetime.fromisoformat(body["started_at"])})


def _gone() -> ApiError:
    return not_found("notFound", "The upload session was not found or has expired.", domain="global")
