"""What was published: the truth that tests count."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pressrun.sandbox.state import Records

PUBLIC_DETAILS = ("conversation_id", "extras", "file_extras")
"""Shown with a published post where its platform knows them: what ties the parts of a thread together, and
what it was made with beside text and media."""


@dataclass(frozen=True, kw_only=True)
class PostMedia:
    """One picture or video of a post; `path` is where the sandbox serves it."""

    path: str
    sha256: str
    mime: str
    alt: str = ""
    source_url: str = ""


@dataclass(frozen=True, kw_only=True)
class PublishedPost:
    """`details` holds what only its own platform needs to know."""

    platform: str
    account_id: str
    id: str
    kind: str
    text: str
    media: tuple[PostMedia, ...]
    created_at: datetime
    request_id: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/feed/{self.platform}/{quote(self.account_id, safe='')}/{quote(self.id, safe='')}"

    def public(self, base_url: str) -> dict[str, Any]:
        """An item of `GET /_sandbox/published`."""
        return {
            "platform": self.platform,
            "account_id": self.account_id,
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            "media": [_public_media(media, base_url) for media in self.media],
            "created_at": self.created_at.isoformat(),
            "permalink": base_url + self.path,
            "request_id": self.request_id,
        } | {name: self.details[name] for name in PUBLIC_DETAILS if name in self.details}


class Posts:
    """Published posts in order of publication."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, post: PublishedPost) -> None:
        """Durable when it returns (or when the transaction around it ends)."""
        body = asdict(post) | {"created_at": post.created_at.isoformat()}
        self._records.put("post", f"{post.platform}/{post.id}", body, owner=_owner(post))

    def get(self, platform: str, id_: str) -> PublishedPost | None:
        body = self._records.get("post", f"{platform}/{id_}")
        return _post(body) if body else None

    def remove(self, post: PublishedPost) -> None:
        self._records.delete("post", f"{post.platform}/{post.id}")

    def of(self, platform: str, account_id: str, *, newest_first: bool = True) -> list[PublishedPost]:
        found = self._records.every("post", owner=f"{platform}/{account_id}", newest_first=newest_first)
        return [_post(record.body) for record in found]

    def every(
        self,
        *,
        platform: str | None = None,
        account_id: str | None = None,
        since: datetime | None = None,
    ) -> list[PublishedPost]:
        posts = (_post(record.body) for record in self._records.every("post"))
        return [
            post
            for post in posts
            if platform in (None, post.platform)
            and account_id in (None, post.account_id)
            and (since is None or post.created_at >= since)
        ]


def _owner(post: PublishedPost) -> str:
    return f"{post.platform}/{post.account_id}"


def _post(body: Mapping[str, Any]) -> PublishedPost:
    media = tuple(PostMedia(**each) for each in body["media"])
    return PublishedPost(**{**body, "media": media, "created_at": datetime.fromisoformat(body["created_at"])})


def _public_media(media: PostMedia, base_url: str) -> dict[str, Any]:
    return {
        "url": base_url + media.path,
        "sha256": media.sha256,
        "mime": media.mime,
        "alt": media.alt,
        "source_url": media.source_url,
    }
