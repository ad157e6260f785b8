"""Runs: started from titles, stopped, and started again from a stage (S4.1, S4.4)."""

from pressrun.actions.base import Caller, Enqueue, Workspace
from pressrun.domain.post import FINAL, PostEvent, PostStatus
from pressrun.domain.problems import Problem
from pressrun.domain.run import RunStatus, Stage, stages_from
from pressrun.domain.user import Right
from pressrun.store import ledger, posts, runs
from pressrun.store.database import Tx
from pressrun.store.runs import Run

PRODUCE = "produce"

_UNTOUCHED = FINAL - {PostStatus.PUBLISHED} | {PostStatus.AWAITING_APPROVAL, PostStatus.FAILED}
"""Posts in these states were surely not sent, so their content may be made anew."""


_WAITING = (
    *(PostStatus.AWAITING_APPROVAL, PostStatus.SCHEDULED, PostStatus.ARMED),
    *(PostStatus.RETRY_WAIT, PostStatus.HELD),
)
"""Posts in these states would still go out."""


def enqueue(tx: Tx, enqueue_work: Enqueue, run: Run) -> None:
    """The run's work, in the transaction that wrote the run."""
    enqueue_work(tx.connection, PRODUCE, f"run-{run.id}-a{run.attempt}", run.id, run.attempt)


def stop(workspace: Workspace, caller: Caller, run_id: str) -> Run:
    """Stops a run after the stage it is in (중단); its posts that wait are called off. Raises 404, 409."""
    caller.need(Right.WRITE)
    with workspace.store.transaction() as tx:
        stopped = runs.change(tx, runs.get(tx, run_id), RunStatus.CANCELLED)
        for post in posts.of_run(tx, run_id):
            if post.status in _WAITING and not post.is_out:
                ledger.give_back(tx, post.id)
                posts.change(tx, post, PostEvent.CANCELLED)
        return stopped


def retry(workspace: Workspace, caller: Caller, run_id: str, *, from_stage: str) -> Run:
    """Does a stage and all after it again, keeping what came before (S4.4). Raises 404, 409, 422."""
    caller.need(Right.WRITE)
    with workspace.store.transaction() as tx:
        run = runs.get(tx, run_id)
        stages = stages_from(run.recipe, _stage(run, from_stage))
        for post in posts.of_run(tx, run_id):
            if post.status not in _UNTOUCHED or post.is_out:
                raise Problem.conflict("run_has_posts")
            if post.status not in FINAL:
                _call_off(tx, post)
        restarted = runs.change(
            tx, run, RunStatus.SCHEDULED, attempt=run.attempt + 1, failed_stage=None, failure=None
        )
        runs.reset_stages(tx, restarted, stages)
        enqueue(tx, workspace.enqueue, restarted)
        return restarted


def _stage(run: Run, name: str) -> Stage:
    try:
        return Stage(name)
    except ValueError:
        known = ", ".join(run.recipe)
        raise Problem.invalid("stage_unknown", field="from_stage", stages=known) from None


def _call_off(tx: Tx, post: posts.Post) -> None:
    event = PostEvent.GIVEN_UP if post.status is PostStatus.FAILED else PostEvent.CANCELLED
    posts.change(tx, post, event)
