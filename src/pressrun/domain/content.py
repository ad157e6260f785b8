"""Content: what is said. Versioned, and bound by a hash to what a person approved (DESIGN.md, promise 4)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pressrun.domain.problems import Problem


class ContentStatus(StrEnum):
    """Whether content may go out."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"


class ContentEvent(StrEnum):
    """What may happen to content."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    EDITED = "edited"


class ContentType(StrEnum):
    """What a run makes (API.md, "Words and rules")."""

    TEXT_POST = "text_post"
    IMAGE_POST = "image_post"
    CAROUSEL = "carousel"
    STORY = "story"
    SHORT_VIDEO = "short_video"
    VIDEO = "video"


_S, _E = ContentStatus, ContentEvent

TRANSITIONS: dict[tuple[ContentStatus, ContentEvent], ContentStatus] = {
    (_S.DRAFT, _E.SUBMITTED): _S.IN_REVIEW,
    (_S.DRAFT, _E.APPROVED): _S.APPROVED,
    (_S.DRAFT, _E.EDITED): _S.DRAFT,
    (_S.IN_REVIEW, _E.APPROVED): _S.APPROVED,
    (_S.IN_REVIEW, _E.REJECTED): _S.REJECTED,
    (_S.IN_REVIEW, _E.EDITED): _S.IN_REVIEW,
    (_S.APPROVED, _E.EDITED): _S.IN_REVIEW,
    (_S.REJECTED, _E.EDITED): _S.IN_REVIEW,
}


def next_status(status: ContentStatus, event: ContentEvent) -> ContentStatus:
    """The status after `event`. Raises `Problem` (409) where the state refuses."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise Problem.conflict("already_decided", status=status.value)
    return following


@dataclass(frozen=True)
class Scene:
    """One picture of a story: the words on it, the words spoken over it, and what it shows."""

    headline: str
    narration: str
    image_prompt: str


@dataclass(frozen=True)
class Script:
    """What a text model writes for a topic."""

    title: str
    caption: str
    hashtags: tuple[str, ...] = ()
    scenes: tuple[Scene, ...] = field(default=())


def content_hash(caption: str, hashtags: Sequence[str], asset_ids: Sequence[str]) -> str:
    """The SHA-256 (hex) of everything a reader would see; approval binds to it."""
    seen = json.dumps([caption, list(hashtags), list(asset_ids)], ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()
