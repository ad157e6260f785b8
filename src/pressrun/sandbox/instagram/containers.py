"""Media containers: IN_PROGRESS → FINISHED or ERROR → PUBLISHED; EXPIRED after 24 hours unpublished."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.state import Records

LIFETIME = timedelta(hours=24)


class Status(StrEnum):
    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    PUBLISHED = "PUBLISHED"


_TEXTS = {
    Status.IN_PROGRESS: "In Progress: Media is still being processed.",
    Status.FINISHED: "Finished: Media has been uploaded and it is ready to be published.",
    Status.PUBLISHED: "Published: Media has been successfully published.",
    Status.EXPIRED: "Expired: The container was not published within 24 hours and has expired.",
}


@dataclass(frozen=True, kw_only=True)
class ContainerMedia:
    path: str
    sha256: str
    mime: str
    source_url: str


@dataclass(frozen=True, kw_only=True)
class Container:
    """`media_type` is IMAGE, VIDEO, REELS, STORIES or CAROUSEL; `failure` is the text of a failed status."""

    id: str
    account_id: str
    media_type: str
    created_at: datetime
    ready_at: datetime
    result: str = "finished"
    is_video: bool = False
    child: bool = False
    caption: str = ""
    alt_text: str = ""
    loading: bool = False
    failure: str = ""
    media: ContainerMedia | None = None
    children: tuple[str, ...] = ()
    published_ids: tuple[str, ...] = ()
    video_url: str = ""
    thumb_offset: int | None = None
    upload: bool = False
    extras: dict[str, Any] = field(default_factory=dict)

    def status(self, now: datetime) -> Status:
        if self.published_ids:
            return Status.PUBLISHED
        if now >= self.created_at + LIFETIME:
            return Status.EXPIRED
        if self.failure:
            return Status.ERROR
        if self.loading or now < self.ready_at:
            return Status.IN_PROGRESS
        return {"finished": Status.FINISHED, "error": Status.ERROR, "expired": Status.EXPIRED}[self.result]

    def status_text(self, now: datetime) -> str:
        status = self.status(now)
        if status is not Status.ERROR:
            return _TEXTS[status]
        code = 2207026 if self.is_video else 2207032
        return self.failure or f"Error: Media upload has failed with error code {code}"


class Containers:
    """Containers by id."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def save(self, container: Container) -> Container:
        body = asdict(container) | {
            "created_at": container.created_at.isoformat(),
            "ready_at": container.ready_at.isoformat(),
        }
        self._records.put("ig_container", container.id, body, owner=container.account_id)
        return container

    def get(self, id_: str) -> Container | None:
        body = self._records.get("ig_container", id_)
        return _container(body) if body else None

    def published(self, container: Container, media_id: str) -> None:
        """A parent's children are spent with it."""
        for each in [container, *filter(None, map(self.get, container.children))]:
            self.save(replace(each, published_ids=(*each.published_ids, media_id)))


def _container(body: Mapping[str, Any]) -> Container:
    return Container(
        **{
            **body,
            "created_at": datetime.fromisoformat(body["created_at"]),
            "ready_at": datetime.fromisoformat(body["ready_at"]),
            "media": ContainerMedia(**body["media"]) if body["media"] else None,
            "children": tuple(body["children"]),
            "published_ids": tuple(body["published_ids"]),
        }
    )


def ready_at(account: Account, now: datetime) -> datetime:
    return now + timedelta(seconds=account.processing.seconds)
