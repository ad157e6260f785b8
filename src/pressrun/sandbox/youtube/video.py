"""A video: what it was given, what became of it, and how it looks at a moment of the stand-ins' clock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pressrun.sandbox.posts import PostMedia, PublishedPost
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.measure import VideoFacts
from pressrun.sandbox.youtube.rules import PLATFORM
from pressrun.sandbox.youtube.times import read_instant


@dataclass(frozen=True, kw_only=True)
class Video:
    """`failure` and `rejection` are the platform's reasons, which show once processing ends at `ready_at`.

    `locked` keeps the video private whatever was asked. `public_since` is when it was made public by hand.
    """

    id: str
    account_id: str
    uploaded_at: datetime
    ready_at: datetime
    snippet: dict[str, Any]
    status: dict[str, Any]
    media: PostMedia
    size: int
    facts: VideoFacts | None
    request_id: str
    localizations: dict[str, Any] = field(default_factory=dict)
    recording: dict[str, Any] = field(default_factory=dict)
    failure: str = ""
    rejection: str = ""
    aborted: bool = False
    locked: bool = False
    public_since: datetime | None = None
    thumbnail: str = ""

    def privacy(self, now: datetime) -> str:
        if self.locked:
            return "private"
        due = self.publish_at
        return "public" if due is not None and due <= now else self.status["privacyStatus"]

    @property
    def publish_at(self) -> datetime | None:
        return read_instant(self.status.get("publishAt"))

    def published_at(self, now: datetime) -> datetime:
        """When it was made public; for one that is not, when it was uploaded."""
        due = self.publish_at
        if due is not None and due <= now and not self.locked:
            return due
        return self.public_since or self.uploaded_at

    def upload_status(self, now: datetime) -> str:
        if now < self.ready_at:
            return "uploaded"
        if self.failure:
            return "failed"
        return "rejected" if self.rejection else "processed"

    def visible_to(self, account_id: str, now: datetime) -> bool:
        return account_id == self.account_id or self.privacy(now) != "private"

    def post(self) -> PublishedPost:
        """The same video as everything published is kept."""
        return PublishedPost(
            platform=PLATFORM,
            account_id=self.account_id,
            id=self.id,
            kind=self.kind,
            text=f"{self.snippet['title']}\n\n{self.snippet['description']}".strip(),
            media=(self.media,),
            created_at=self.uploaded_at,
            request_id=self.request_id,
        )

    @property
    def kind(self) -> str:
        """Square or upright and up to three minutes is a Short; what can't be measured goes by its words."""
        if self.facts is not None:
            return "short" if self.facts.is_short else "video"
        said = f"{self.snippet['title']} {self.snippet['description']}".lower()
        return "short" if "#shorts" in said else "video"


@dataclass(frozen=True)
class Videos:
    """Videos by id; each is a published post as well."""

    sandbox: Sandbox

    def save(self, video: Video) -> None:
        times = {
            name: value.isoformat() for name, value in asdict(video).items() if isinstance(value, datetime)
        }
        with self.sandbox.records.transaction():
            self.sandbox.records.put("yt_video", video.id, asdict(video) | times, owner=video.account_id)
            self.sandbox.posts.add(video.post())

    def get(self, id_: str) -> Video | None:
        body = self.sandbox.records.get("yt_video", id_)
        return _video(body) if body else None

    def of(self, account_id: str) -> list[Video]:
        """Newest first."""
        found = self.sandbox.records.every("yt_video", owner=account_id, newest_first=True)
        return [_video(record.body) for record in found]

    def remove(self, video: Video) -> None:
        with self.sandbox.records.transaction():
            self.sandbox.records.delete("yt_video", video.id)
            self.sandbox.posts.remove(video.post())


def _video(body: Mapping[str, Any]) -> Video:
    times = {
        name: datetime.fromisoformat(body[name])
        for name in ("uploaded_at", "ready_at", "public_since")
        if body[name] is not None
    }
    facts = VideoFacts(**body["facts"]) if body["facts"] is not None else None
    return Video(**{**body, **times, "media": PostMedia(**body["media"]), "facts": facts})
