"""What keeps the house in order: posts whose work was lost, and rows that nobody needs any more."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from pressrun.actions.dispatching import work_id
from pressrun.domain.failures import OutcomeUnknown, Transient, to_json
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.store import attempts, ledger, posts, quotas
from pressrun.store.database import Store, Tx
from pressrun.store.posts import Post

log = structlog.get_logger()

LOST_AFTER = timedelta(minutes=2)
KEEP_LEDGER = timedelta(days=2)
KEEP_WORK = timedelta(days=2)
"""Longer than any work id could be enqueued again."""


def rescue_lost_posts(store: Store, unfinished: Callable[[list[str]], set[str]]) -> int:
    """Frees posts that say they are on their way while no work for them exists any more.

    Only a bug or a hand in the engine's tables leads there; without this such a post would hang for ever.
    """
    with store.read() as tx:
        stuck = posts.on_their_way(tx, since_before=tx.now - LOST_AFTER)
        work_ids = {post.id: _work_id(tx, post) for post in stuck}
    alive = unfinished(list(work_ids.values()))
    lost = [post for post in stuck if work_ids[post.id] not in alive]
    for post in lost:
        log.error("post.lost_its_work", post=post.id, status=post.status.value)
        with store.transaction(flushed=True) as tx:
            _free(tx, posts.get(tx, post.id), post)
    return len(lost)


def forget_old(store: Store) -> None:
    """Drops the rows of ledger and quotas that no rule looks at any more."""
    with store.transaction() as tx:
        ledger.prune(tx, tx.now - KEEP_LEDGER)
        quotas.prune(tx, tx.now - KEEP_LEDGER)


def _work_id(tx: Tx, post: Post) -> str:
    ongoing = attempts.open_attempt(tx, post.id)
    return ongoing.workflow_id if ongoing else work_id(post.id, version=post.version, attempt=post.attempts)


def _free(tx: Tx, post: Post, seen: Post) -> None:
    if (post.version, post.status) != (seen.version, seen.status):
        return
    ongoing = attempts.open_attempt(tx, post.id)
    if ongoing is not None:
        attempts.end(tx, ongoing, "lost")
    ledger.give_back(tx, post.id)
    if post.status is PostStatus.ARMED:
        posts.change(tx, post, PostEvent.DEFERRED, ready_at=max(post.ready_at, tx.now))
    elif attempts.open_intent(tx, post.id) is not None:
        failure = to_json(OutcomeUnknown())
        posts.change(tx, post, PostEvent.OUTCOME_LOST, ready_at=tx.now, failure=failure)
    else:
        posts.change(tx, post, PostEvent.RETRY_PLANNED, ready_at=tx.now, failure=to_json(Transient()))
