"""The history of one post, the newest first: attempts with their stages, and what people decided (S2.3)."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from pressrun.domain.failures import Failure
from pressrun.domain.persona import Language
from pressrun.store import attempts, events
from pressrun.store.attempts import Attempt, AttemptStage
from pressrun.store.database import Tx
from pressrun.store.events import Event
from pressrun.web import times
from pressrun.web.failure_text import failure_text
from pressrun.web.pages.looks import stage_name
from pressrun.web.pages.post_view import PostView
from pressrun.web.templating import Words, msgid, words

_EVENTS = 200

_DECISIONS = {
    "post.created": ("waiting", "plus", msgid("Registered")),
    "post.approved": ("done", "approve", msgid("Approved")),
    "post.rejected": ("failed", "approve", msgid("Rejected")),
    "post.edited": ("waiting", "edit", msgid("Edited, it asks for approval again")),
    "post.rescheduled": ("waiting", "clock", msgid("Moved to another time")),
    "post.held": ("attention", "pause", msgid("Held until a person acts")),
    "post.resumed": ("waiting", "play", msgid("Goes on")),
    "post.cancelled": ("paused", "x", msgid("Cancelled")),
    "post.retried": ("waiting", "retry", msgid("A person retries it")),
    "post.given_up": ("paused", "flag", msgid("Given up")),
    "post.taken_back": ("waiting", "retry", msgid("Giving up was undone")),
    "post.outcome_lost": ("attention", "warn", msgid("The answer was lost, looking whether it went out")),
    "post.doubted": ("failed", "warn", msgid("Nobody can tell whether it went out")),
    "post.found_missing": ("attention", "x", msgid("A person looked: it is not there")),
    "post.published": ("done", "ok", msgid("Published")),
    "media.fell_back": ("attention", "warn", msgid("The media store could not be used, the local file is")),
}


@dataclass(frozen=True)
class Step:
    """One line of the history; `said` is the platform's raw answer."""

    at: datetime
    tone: str
    icon: str
    text: str
    more: str = ""
    said: str = ""


def of_post(tx: Tx, it: PostView, language: Language) -> list[Step]:
    """Everything that happened to the post."""
    spoken = words(language)
    steps = [
        step
        for event in events.newest(tx, (it.post.topic,), limit=_EVENTS)
        if (step := _decision(event, spoken))
    ]
    for attempt in attempts.of_post(tx, it.post.id):
        steps.extend(_attempt(tx, attempt, it.card.persona, language))
    return sorted(steps, key=lambda step: step.at, reverse=True)


def _decision(event: Event, spoken: Words) -> Step | None:
    if event.kind not in _DECISIONS:
        return None
    tone, icon, text = _DECISIONS[event.kind]
    why = str(event.data.get("why", ""))
    return Step(event.at, tone, icon, spoken.gettext(text), why)


def _attempt(tx: Tx, attempt: Attempt, persona: str, language: Language) -> list[Step]:
    spoken = words(language)
    began = spoken.gettext("Attempt %(number)s begins", number=attempt.number)
    late = spoken.gettext("%(time)s after its time", time=times.duration(attempt.lateness_seconds, spoken))
    stages = attempts.stages(tx, attempt.id)
    steps = [Step(attempt.started_at, "running", "send", began, late)]
    steps.extend(
        _stage(stage, spoken) for stage in stages if stage.ended_at and not _broke(attempt, stage, stages)
    )
    if attempt.failure is not None and attempt.ended_at is not None:
        steps.append(_failure(attempt.failure, attempt.ended_at, stages, persona, language))
    return steps


def _broke(attempt: Attempt, stage: AttemptStage, stages: list[AttemptStage]) -> bool:
    """Whether the attempt failed in this stage, which is closed with it."""
    return attempt.failure is not None and stage == stages[-1]


def _stage(stage: AttemptStage, spoken: Words) -> Step:
    assert stage.ended_at is not None
    name = spoken.gettext(stage_name(stage.name))
    took = times.duration((stage.ended_at - stage.started_at).total_seconds(), spoken)
    return Step(stage.ended_at, "done", "check", spoken.gettext("%(stage)s done", stage=name), took)


def _failure(
    failure: Failure, at: datetime, stages: list[AttemptStage], persona: str, language: Language
) -> Step:
    spoken = words(language)
    told = failure_text(failure, language, persona=persona)
    where = spoken.gettext(stage_name(stages[-1].name)) if stages else ""
    title = spoken.gettext("Failed at: %(stage)s", stage=where) if where else spoken.gettext("Failed")
    answer = {name: value for name, value in asdict(failure.answer).items() if value}
    said = json.dumps(answer, ensure_ascii=False, indent=2) if answer else ""
    return Step(at, "failed", "fail", title, told.happened, said)
