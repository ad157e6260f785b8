"""Attempts to publish a post: their stages, what the stages made, and the calls that can't be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pressrun.domain.failures import Failure, OutcomeUnknown, from_json, to_json
from pressrun.kit.ids import new_id
from pressrun.store import schema
from pressrun.store.database import Tx
from pressrun.store.posts import Post

_attempt, _stage, _kept, _intent = (
    schema.attempt.c,
    schema.attempt_stage.c,
    schema.kept_result.c,
    schema.intent.c,
)


class NotMine(Exception):
    """Another worker has this attempt now, or it is closed: whoever asks must stop."""


@dataclass(frozen=True)
class Attempt:
    """One try to publish a post. `ready_at` is when it should have started, `started_at` when it did."""

    id: str
    post_id: str
    number: int
    workflow_id: str
    worker_id: str
    ready_at: datetime
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    failure: Failure | None

    @property
    def lateness_seconds(self) -> float:
        """How late it started."""
        return max((self.started_at - self.ready_at).total_seconds(), 0.0)


@dataclass(frozen=True)
class AttemptStage:
    """One stage of an attempt as it went."""

    name: str
    started_at: datetime
    ended_at: datetime | None
    message: dict[str, Any] | None


@dataclass(frozen=True)
class IntentRow:
    """A call that can't be undone, as it was written down; open while `outcome` is None."""

    id: str
    post_id: str
    attempt_id: str
    name: str
    evidence: dict[str, Any]
    sent_at: datetime
    outcome: str | None
    failure: Failure | None
    published: dict[str, Any] | None
    ended_at: datetime | None
    completes: bool
    """Whether the post is published once its effect is there."""


def start(tx: Tx, wanted: Mapping[str, Post], *, worker_id: str) -> dict[str, Attempt]:
    """The attempts of these workflows, by their ids: new rows at first, the same ones when resumed."""
    theirs = _attempt.workflow_id.in_(wanted)
    tx.execute(sa.update(schema.attempt).where(theirs).values(worker_id=worker_id))
    started = {row["workflow_id"]: _read(row) for row in tx.rows(sa.select(schema.attempt).where(theirs))}
    fresh = {
        workflow_id: _begun(tx, post, workflow_id, worker_id)
        for workflow_id, post in wanted.items()
        if workflow_id not in started
    }
    if fresh:
        tx.connection.execute(sa.insert(schema.attempt), [vars(attempt) for attempt in fresh.values()])
    for workflow_id in fresh:
        post = wanted[workflow_id]
        tx.append(post.topic, "attempt.started", {"number": post.attempts})
    return started | fresh


def get(tx: Tx, attempt_id: str) -> Attempt:
    """The attempt; it must exist."""
    row = tx.row(sa.select(schema.attempt).where(_attempt.id == attempt_id))
    assert row is not None, "attempts are never deleted"
    return _read(row)


def mine(tx: Tx, attempt_id: str, worker_id: str) -> Attempt:
    """The attempt, if `worker_id` still works on it. Raises `NotMine`."""
    attempt = get(tx, attempt_id)
    if attempt.worker_id != worker_id or attempt.ended_at is not None:
        raise NotMine(attempt_id)
    return attempt


def end(tx: Tx, attempt: Attempt, outcome: str, failure: Failure | None = None) -> None:
    """Closes the attempt and whatever stage was open."""
    tx.execute(
        sa.update(schema.attempt)
        .where(_attempt.id == attempt.id)
        .values(ended_at=tx.now, outcome=outcome, failure=to_json(failure) if failure else None)
    )
    tx.execute(
        sa.update(schema.attempt_stage)
        .where(_stage.attempt_id == attempt.id, _stage.ended_at.is_(None))
        .values(ended_at=tx.now)
    )
    tx.append(f"post:{attempt.post_id}", "attempt.ended", {"number": attempt.number, "outcome": outcome})


def of_post(tx: Tx, post_id: str) -> list[Attempt]:
    """Every attempt of a post, the first one first."""
    query = sa.select(schema.attempt).where(_attempt.post_id == post_id).order_by(_attempt.number)
    return [_read(row) for row in tx.rows(query)]


def before(tx: Tx, attempt: Attempt) -> Attempt | None:
    """The attempt before this one."""
    earlier = sa.select(schema.attempt).where(
        _attempt.post_id == attempt.post_id, _attempt.number < attempt.number
    )
    row = tx.row(earlier.order_by(_attempt.number.desc()).limit(1))
    return _read(row) if row else None


def open_attempt(tx: Tx, post_id: str) -> Attempt | None:
    """The attempt that is going on."""
    return open_attempts(tx, [post_id]).get(post_id)


def open_attempts(tx: Tx, post_ids: Sequence[str]) -> dict[str, Attempt]:
    """The attempts that are going on, by post."""
    query = sa.select(schema.attempt).where(_attempt.post_id.in_(post_ids), _attempt.ended_at.is_(None))
    return {row["post_id"]: _read(row) for row in tx.rows(query)}


def stages(tx: Tx, attempt_id: str) -> list[AttemptStage]:
    """The stages of an attempt in the order in which they began."""
    query = (
        sa.select(_stage.name, _stage.started_at, _stage.ended_at, _stage.message)
        .where(_stage.attempt_id == attempt_id)
        .order_by(_stage.position)
    )
    return [AttemptStage(**row) for row in tx.rows(query)]


def begin_stage(tx: Tx, attempt: Attempt, name: str) -> None:
    """A stage begins, or begins again after a crash."""
    position = tx.value(sa.select(sa.func.count()).where(_stage.attempt_id == attempt.id))
    if tx.row(sa.select(_stage.name).where(_stage.attempt_id == attempt.id, _stage.name == name)) is None:
        tx.execute(
            sa.insert(schema.attempt_stage).values(
                attempt_id=attempt.id, position=position, name=name, started_at=tx.now
            )
        )
    tx.append(f"post:{attempt.post_id}", "stage.started", {"stage": name, "number": attempt.number})


def end_stage(tx: Tx, attempt: Attempt, name: str) -> None:
    """A stage is done."""
    tx.execute(
        sa.update(schema.attempt_stage)
        .where(_stage.attempt_id == attempt.id, _stage.name == name)
        .values(ended_at=tx.now)
    )
    tx.append(f"post:{attempt.post_id}", "stage.ended", {"stage": name, "number": attempt.number})


def report(tx: Tx, attempt: Attempt, name: str, message: str, values: Mapping[str, object]) -> None:
    """Notes what goes on inside a stage; `message` is a code of `domain.texts`."""
    note = {"code": message, "values": dict(values)}
    tx.execute(
        sa.update(schema.attempt_stage)
        .where(_stage.attempt_id == attempt.id, _stage.name == name)
        .values(message=note)
    )
    tx.append(f"post:{attempt.post_id}", "stage.reported", {"stage": name, **note})


def kept(tx: Tx, post_id: str, content_hash: str, name: str) -> Mapping[str, Any] | None:
    """`{"result": …}` that an earlier attempt made for the same content."""
    row = tx.row(
        sa.select(_kept.result).where(
            _kept.post_id == post_id, _kept.content_hash == content_hash, _kept.name == name
        )
    )
    return {"result": row["result"]} if row else None


def keep(tx: Tx, post_id: str, content_hash: str, name: str, result: Any) -> None:
    """Keeps what a stage made, in the place of what it made before."""
    forget(tx, post_id, (name,))
    # A stage may well make nothing, which is kept as JSON's null and not as the absence of a value.
    made = sa.JSON.NULL if result is None else result
    tx.execute(
        sa.insert(schema.kept_result).values(
            post_id=post_id, content_hash=content_hash, name=name, result=made, made_at=tx.now
        )
    )


def forget(tx: Tx, post_id: str, names: tuple[str, ...]) -> None:
    """Drops kept results that turned out worthless, such as an expired container."""
    tx.execute(sa.delete(schema.kept_result).where(_kept.post_id == post_id, _kept.name.in_(names)))


def write_intent(
    tx: Tx, attempt: Attempt, name: str, evidence: Mapping[str, Any], *, completes: bool = True
) -> str:
    """A call is about to be made. The database refuses a second open one for the post."""
    intent_id = new_id()
    tx.execute(
        sa.insert(schema.intent).values(
            id=intent_id,
            post_id=attempt.post_id,
            attempt_id=attempt.id,
            name=name,
            evidence=dict(evidence),
            sent_at=tx.now,
            completes=completes,
        )
    )
    return intent_id


def open_intent(tx: Tx, post_id: str) -> IntentRow | None:
    """The call whose outcome is unknown."""
    row = tx.row(sa.select(schema.intent).where(_intent.post_id == post_id, _intent.outcome.is_(None)))
    return _read_intent(row) if row else None


def last_intent(tx: Tx, post_id: str) -> IntentRow | None:
    """The call that was made last."""
    query = (
        sa.select(schema.intent).where(_intent.post_id == post_id).order_by(_intent.sent_at.desc()).limit(1)
    )
    row = tx.row(query)
    return _read_intent(row) if row else None


def is_partly_out(tx: Tx, post_id: str) -> bool:
    """Whether the platform shows something of the post already, while more is to be done."""
    query = sa.select(_intent.id).where(
        _intent.post_id == post_id, _intent.outcome == "published", ~_intent.completes
    )
    return tx.value(query.limit(1)) is not None


def call_outcome(tx: Tx, post_id: str, name: str) -> dict[str, Any] | None:
    """What the named call published. Raises `OutcomeUnknown` where it was made and nobody knows."""
    query = sa.select(schema.intent).where(_intent.post_id == post_id, _intent.name == name)
    for row in tx.rows(query):
        intent = _read_intent(row)
        if intent.outcome is None:
            raise OutcomeUnknown()
        if intent.outcome == "published":
            return intent.published
    return None


def note_intent_failure(tx: Tx, intent_id: str, failure: Failure) -> None:
    """The call failed; its effect stays open."""
    tx.execute(sa.update(schema.intent).where(_intent.id == intent_id).values(failure=to_json(failure)))


def end_intent(tx: Tx, intent_id: str, outcome: str, published: dict[str, Any] | None = None) -> str:
    """The outcome is known: `published`, `not_there` or `withdrawn`. Answers the call's name."""
    tx.execute(
        sa.update(schema.intent)
        .where(_intent.id == intent_id)
        .values(outcome=outcome, published=published, ended_at=tx.now)
    )
    return tx.value(sa.select(_intent.name).where(_intent.id == intent_id))


def _begun(tx: Tx, post: Post, workflow_id: str, worker_id: str) -> Attempt:
    return Attempt(
        id=new_id(),
        post_id=post.id,
        number=post.attempts,
        workflow_id=workflow_id,
        worker_id=worker_id,
        ready_at=post.ready_at,
        started_at=tx.now,
        ended_at=None,
        outcome=None,
        failure=None,
    )


def _read(row: sa.RowMapping) -> Attempt:
    values = {column.name: row[column.name] for column in schema.attempt.columns}
    values["failure"] = from_json(values["failure"]) if values["failure"] else None
    return Attempt(**values)


def _read_intent(row: sa.RowMapping) -> IntentRow:
    values = {column.name: row[column.name] for column in schema.intent.columns}
    values["failure"] = from_json(values["failure"]) if values["failure"] else None
    return IntentRow(**values)
