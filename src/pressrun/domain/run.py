"""A run: one production from a topic to posts, stage by stage (S1.4, S4.1)."""

from enum import StrEnum

from pressrun.domain.content import ContentType
from pressrun.domain.problems import Problem


class Stage(StrEnum):
    """The stages of a run, in order (API.md, "Words and rules")."""

    TOPIC = "topic"
    SCRIPT = "script"
    IMAGE = "image"
    VIDEO = "video"
    PUBLISH = "publish"


class RunStatus(StrEnum):
    """Where a run stands (S4.1)."""

    SCHEDULED = "scheduled"
    SCRIPT_PROCESSING = "script_processing"
    IMAGE_PROCESSING = "image_processing"
    VIDEO_PROCESSING = "video_processing"
    AWAITING_APPROVAL = "awaiting_approval"
    PUBLISHING = "youtube_processing"
    """Its posts are on their way; S4.1 names this after the platform it began with."""
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StageStatus(StrEnum):
    """Where one stage of a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


RECIPES: dict[ContentType, tuple[Stage, ...]] = {
    ContentType.TEXT_POST: (Stage.TOPIC, Stage.SCRIPT, Stage.PUBLISH),
    ContentType.IMAGE_POST: (Stage.TOPIC, Stage.SCRIPT, Stage.IMAGE, Stage.PUBLISH),
    ContentType.CAROUSEL: (Stage.TOPIC, Stage.SCRIPT, Stage.IMAGE, Stage.PUBLISH),
    ContentType.STORY: (Stage.TOPIC, Stage.SCRIPT, Stage.IMAGE, Stage.PUBLISH),
}
"""Which stages make which content. Video joins with its renderer (VIDEO.md)."""

WORKING: dict[Stage, RunStatus] = {
    Stage.TOPIC: RunStatus.SCRIPT_PROCESSING,
    Stage.SCRIPT: RunStatus.SCRIPT_PROCESSING,
    Stage.IMAGE: RunStatus.IMAGE_PROCESSING,
    Stage.VIDEO: RunStatus.VIDEO_PROCESSING,
    Stage.PUBLISH: RunStatus.PUBLISHING,
}
"""The run's status while a stage works."""

FINAL = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})

_S = RunStatus

TRANSITIONS: dict[RunStatus, frozenset[RunStatus]] = {
    _S.SCHEDULED: frozenset(_S) - {_S.SCHEDULED, _S.COMPLETED},
    _S.SCRIPT_PROCESSING: frozenset(
        {
            _S.SCRIPT_PROCESSING,
            _S.IMAGE_PROCESSING,
            _S.AWAITING_APPROVAL,
            _S.PUBLISHING,
            _S.FAILED,
            _S.CANCELLED,
        }
    ),
    _S.IMAGE_PROCESSING: frozenset(
        {
            _S.IMAGE_PROCESSING,
            _S.VIDEO_PROCESSING,
            _S.AWAITING_APPROVAL,
            _S.PUBLISHING,
            _S.FAILED,
            _S.CANCELLED,
        }
    ),
    _S.VIDEO_PROCESSING: frozenset({_S.AWAITING_APPROVAL, _S.PUBLISHING, _S.FAILED, _S.CANCELLED}),
    _S.AWAITING_APPROVAL: frozenset({_S.PUBLISHING, _S.FAILED, _S.CANCELLED}),
    _S.PUBLISHING: frozenset({_S.PUBLISHING, _S.COMPLETED, _S.FAILED, _S.CANCELLED}),
    _S.FAILED: frozenset({_S.SCHEDULED, _S.PUBLISHING, _S.COMPLETED}),
    _S.CANCELLED: frozenset({_S.SCHEDULED}),
    _S.COMPLETED: frozenset(),
}
"""The whole life of a run. A failed or stopped one may start again from any stage (S4.4)."""


def check_change(status: RunStatus, following: RunStatus) -> None:
    """Raises `Problem` (409) where a run may not go from `status` to `following`."""
    if following not in TRANSITIONS[status]:
        raise Problem.conflict("run_refuses", status=status.value, following=following.value)


def stages_from(recipe: tuple[Stage, ...], first: Stage) -> tuple[Stage, ...]:
    """The stages to do again when a run restarts at `first`; earlier artefacts stay (S4.4)."""
    if first not in recipe:
        raise Problem.invalid("stage_unknown", field="from_stage", stages=", ".join(recipe))
    return recipe[recipe.index(first) :]
