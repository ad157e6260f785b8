"""A post's events as the messages of its progress stream (S0.3, API.md `publish-progress`)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pressrun.domain.persona import Language
from pressrun.domain.post import PostStatus
from pressrun.domain.texts import MESSAGES
from pressrun.store.events import Event
from pressrun.store.posts import PostCard
from pressrun.web import wording
from pressrun.web.failure_text import failure_text

PERCENT = {"upload": 10, "container": 30, "carousel": 45, "polling": 60, "publish": 80, "done": 100}
"""How far a post is when a step of the stream begins."""

_OTHER_STAGES = {
    "session": ("container", 15),
    "transfer": ("container", 20),
    "media": ("container", 15),
    "alt_text": ("polling", 70),
    "thumbnail": ("publish", 84),
    "captions": ("publish", 86),
    "playlist": ("publish", 88),
    "processing": ("publish", 90),
}
"""Stages that not every platform has: the step they are part of, and how far a post is when they begin."""

_PART = re.compile(r"publish_\d+")

OVER = frozenset({PostStatus.PUBLISHED, PostStatus.FAILED, PostStatus.CANCELLED, PostStatus.GIVEN_UP})
"""Nothing more happens by itself: the stream has its last message."""

_AWAITING = PostStatus.AWAITING_APPROVAL.value

_NEEDS_A_PERSON = frozenset({_AWAITING, "outcome_unknown"})

_NOT_OVER = {
    "post.created": "waiting_for_time",
    "post.scheduled": "waiting_for_time",
    "post.approved": "waiting_for_time",
    "post.resumed": "waiting_for_time",
    "post.rescheduled": "waiting_for_time",
    "post.retried": "waiting_for_time",
    "post.put_off": "waiting_for_limit",
    "post.outcome_lost": "confirming",
    "post.doubted": "outcome_unknown",
}


@dataclass(frozen=True)
class Message:
    """One message of the stream."""

    event: str
    data: dict[str, Any]

    @property
    def is_final(self) -> bool:
        """Whether nothing follows."""
        return self.event in ("done", "failed")


def message(event: Event, card: PostCard, language: Language) -> Message | None:
    """What an event says to whoever watches the post; None where it says nothing."""
    tell = _TELLERS.get(event.kind)
    return tell(event, card, language) if tell else _waiting(event, language)


def told_as(stage: str) -> str:
    """The name under which people are told of a stage: every part of a thread is `publish`."""
    return "publish" if _PART.fullmatch(stage) else stage


def is_told(stage: str) -> bool:
    """Whether people are told of a stage by this name."""
    return told_as(stage) in PERCENT or stage in _OTHER_STAGES


def percent(stage: str, values: Mapping[str, Any] | None = None) -> int:
    """How far a post is in this stage; `values` are those of its last report."""
    begun = PERCENT.get(told_as(stage)) or _OTHER_STAGES.get(stage, ("", 0))[1]
    within = (values or {}).get("percent", 0)
    return begun + (PERCENT["publish"] - begun) * within // 100 if within else begun


def _stage(event: Event, _: PostCard, language: Language) -> Message | None:
    stage = event.data["stage"]
    if not is_told(stage):
        return None
    step, _begun = _OTHER_STAGES.get(stage, (told_as(stage), 0))
    return _message(step, event, _text(event, stage, language), percent(stage, event.data.get("values")))


def _text(event: Event, stage: str, language: Language) -> str:
    code = event.data.get("code")
    values: Mapping[str, Any] = event.data.get("values", {})
    return wording.what_happened(code or f"stage_{told_as(stage)}", language, values)


def _done(event: Event, _: PostCard, language: Language) -> Message:
    text = wording.what_happened("stage_done", language, {})
    found = {name: event.data.get(name) or None for name in ("permalink", "external_id")}
    return _message("done", event, text, PERCENT["done"], **found)


def _failed(event: Event, card: PostCard, language: Language) -> Message:
    failure = card.post.failure
    if failure is None or event.kind == "post.cancelled":
        code = "cancelled" if event.kind == "post.cancelled" else "given_up"
        happened, todo = wording.what_happened(code, language, {}), wording.what_to_do(code, language, {})
    else:
        text = failure_text(failure, language, persona=card.persona)
        code, happened, todo = text.code, text.happened, text.todo
    return _message("failed", event, happened, 100, code=code, what_to_do=todo)


def _retrying(event: Event, card: PostCard, language: Language) -> Message:
    code = event.data.get("code", "transient")
    values = {"persona": card.persona, "which": 0, "url": ""}
    text = wording.what_happened(code, language, values)
    return _message("waiting", event, text, 0, retry_at=event.data.get("retry_at"), reason=code)


def _held(event: Event, card: PostCard, language: Language) -> Message:
    """Nothing goes on by itself: like a failure it says why, and what a person can do."""
    reason = card.post.status_reason or "held"
    if card.post.failure is not None:
        text = failure_text(card.post.failure, language, persona=card.persona)
        happened, todo = text.happened, text.todo
    else:
        code = reason if reason in MESSAGES else "held"
        values = {"persona": card.persona}
        happened = wording.what_happened(code, language, values)
        todo = wording.what_to_do(code, language, values)
    return _message("waiting", event, happened, 0, reason=reason, retry_at=None, what_to_do=todo)


def _waiting(event: Event, language: Language) -> Message | None:
    code = _AWAITING if event.data.get("status") == _AWAITING else _NOT_OVER.get(event.kind)
    if code is None:
        return None
    if code == "waiting_for_limit" and event.data.get("reason") == "app_limit":
        code = "app_limit"
    at = event.data.get("retry_at") or event.data.get("due_at")
    if code == "waiting_for_time" and (at is None or datetime.fromisoformat(at) <= event.at):
        return None
    text = wording.what_happened(code, language, {})
    todo = {"what_to_do": wording.what_to_do(code, language, {})} if code in _NEEDS_A_PERSON else {}
    return _message("waiting", event, text, 0, retry_at=at, reason=code, **todo)


def _message(stage: str, event: Event, text: str, progress: int, **more: Any) -> Message:
    data = {"stage": stage, "message": text, "progress": progress, "at": event.at.isoformat(), **more}
    return Message(stage, data)


_TELLERS: dict[str, Callable[[Event, PostCard, Language], Message | None]] = {
    "stage.started": _stage,
    "stage.reported": _stage,
    "post.published": _done,
    "post.failed": _failed,
    "post.found_missing": _failed,
    "post.cancelled": _failed,
    "post.given_up": _failed,
    "post.retry_planned": _retrying,
    "post.held": _held,
}
