"""Posts of one instant are taken up in one transaction, each by its own status and version (DESIGN.md 4)."""

from datetime import timedelta

from fakes import FakeEnqueue
from makers import make_post
from pressrun.actions import dispatching, publishing, scheduling
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.publishing import Armed
from pressrun.kit.clock import MovableClock
from pressrun.store import attempts, posts


def arm(workspace: Workspace, enqueue: FakeEnqueue) -> list[Armed]:
    """Arms what is due; the work that was made for it, by post."""
    enqueue.work.clear()
    dispatching.claim_due(workspace.store, enqueue, DispatchRules())
    return [Armed(str(args[0]), int(str(args[1])), work_id) for _, work_id, args in enqueue.work]


def test_each_post_of_an_instant_gets_its_attempt_and_a_cancelled_one_none(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    for _ in range(3):
        make_post(workspace.store, due_at=clock.now())
    instant = arm(workspace, enqueue)
    cancelled = instant[1]
    scheduling.cancel_scheduled(workspace, SYSTEM, cancelled.post_id)

    taken_up = publishing.take_up(workspace.store, instant, worker_id="worker-1")

    assert [attempt and attempt.post_id for attempt in taken_up] == [
        instant[0].post_id,
        None,
        instant[2].post_id,
    ]
    with workspace.store.read() as tx:
        assert [len(attempts.of_post(tx, armed.post_id)) for armed in instant] == [1, 0, 1]


def test_a_resumed_post_keeps_its_attempt_among_those_that_begin(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    make_post(workspace.store, due_at=clock.now())
    (resumed,) = arm(workspace, enqueue)
    (before,) = publishing.take_up(workspace.store, [resumed], worker_id="worker-1")
    make_post(workspace.store, due_at=clock.now())
    (fresh,) = arm(workspace, enqueue)

    again, first = publishing.take_up(workspace.store, [resumed, fresh], worker_id="worker-2")

    assert before is not None
    assert again is not None
    assert first is not None
    assert (again.id, again.worker_id) == (before.id, "worker-2")
    with workspace.store.read() as tx:
        assert attempts.of_post(tx, fresh.post_id) == [first]


def test_a_post_armed_anew_closes_the_attempt_it_was_withdrawn_from(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = make_post(workspace.store, due_at=clock.now())
    (old,) = arm(workspace, enqueue)
    publishing.take_up(workspace.store, [old], worker_id="worker-1")
    later = clock.now() + timedelta(minutes=5)
    scheduling.reschedule(workspace, SYSTEM, post.id, time=later.isoformat())
    clock.advance(timedelta(minutes=5))
    (new,) = arm(workspace, enqueue)

    (fresh,) = publishing.take_up(workspace.store, [new], worker_id="worker-1")

    assert fresh is not None
    with workspace.store.read() as tx:
        outcomes = [(attempt.workflow_id, attempt.outcome) for attempt in attempts.of_post(tx, post.id)]
        assert posts.get(tx, post.id).version == new.version
    assert outcomes == [(old.workflow_id, "withdrawn"), (new.workflow_id, None)]
