"""What an outcome means for a post, its account and its run; the transaction is the caller's."""

from datetime import timedelta
from typing import Any

from pressrun.actions import holding, quotas
from pressrun.connectors.base import Published
from pressrun.domain import failures
from pressrun.domain.decisions import Confirm, Decision, Fail, Hold, RetryAt, RetryPolicy, Tried, decide
from pressrun.domain.failures import Duplicate, Failure, MediaBroken, OutcomeUnknown, RateLimited, Refused
from pressrun.domain.measuring import next_look
from pressrun.domain.post import FINAL, PostEvent, PostStatus
from pressrun.domain.run import RunStatus
from pressrun.store import accounts, assets, attempts, contents, notifications, posts, runs
from pressrun.store.database import Tx
from pressrun.store.posts import Post


def published(tx: Tx, post: Post, there: Published) -> Post:
    """The platform shows the post. What a person should know all the same is told."""
    done = posts.change(
        tx,
        post,
        PostEvent.PUBLISHED,
        note={"external_id": there.external_id, "permalink": there.permalink},
        external_id=there.external_id or None,
        permalink=there.permalink or None,
        published_at=tx.now,
        measure_at=next_look(post.format, published_at=tx.now, now=tx.now),
        failure=None,
    )
    for code in there.notes:
        notifications.add(tx, code=code, severity="attention", post_id=post.id, account_id=post.account_id)
    settle_run(tx, done)
    return done


def shown(tx: Tx, post: Post, there: Published) -> None:
    """Everybody sees it from now on, and what belongs to it is still to be added: nobody calls it off."""
    posts.set_link(tx, post, external_id=there.external_id, permalink=there.permalink)


def goes_on(tx: Tx, post: Post, there: Published) -> Post:
    """A part of it is out after all; a new attempt goes on from there, and spends nothing."""
    if there.is_out:
        shown(tx, post, there)
    return posts.change(tx, post, PostEvent.CONTINUED, ready_at=tx.now, failure=None)


def of_post(tx: Tx, post: Post, failure: Failure) -> Failure:
    """The failure with what only the post's files tell of it: whether the broken one is a video (S2.9)."""
    if not isinstance(failure, MediaBroken):
        return failure
    content = contents.get(tx, post.content_id)
    return failures.of_files(failure, [asset.facts.kind for asset in assets.get_all(tx, content.asset_ids)])


def failed(tx: Tx, post: Post, failure: Failure, *, policy: RetryPolicy) -> Post:
    """A try failed; the decision of the domain's table is carried out."""
    tried = Tried(retries=post.retries, login_renewed=post.login_renewed)
    return _carry_out(tx, post, failure, decide(failure, tried=tried, now=tx.now, policy=policy))


def surely_not_there(tx: Tx, post: Post, failure: Failure | None, *, policy: RetryPolicy) -> Post:
    """The last call had no effect and never will. What broke it is decided upon; a mere crash sends again."""
    if failure is None:
        return _carry_out(tx, post, OutcomeUnknown(), RetryAt(tx.now, spends=False))
    failure = of_post(tx, post, failure)
    tried = Tried(retries=post.retries, login_renewed=post.login_renewed)
    decision = decide(failure, tried=tried, now=tx.now, policy=policy)
    if isinstance(decision, Confirm):
        decision = Fail()
    return _carry_out(tx, post, failure, decision)


def doubted(tx: Tx, post: Post) -> Post:
    """Nobody can tell whether it went out: a person must look (promise 1)."""
    failure = OutcomeUnknown()
    in_doubt = posts.change(tx, post, PostEvent.DOUBTED, failure=failures.to_json(failure))
    _notify(tx, in_doubt, failure)
    return in_doubt


def _unfinished(post: Post) -> Published:
    return Published(post.external_id or "", post.permalink or "", notes=("left_unfinished",))


_JUDGEMENTS = (MediaBroken, Refused, Duplicate)
"""What a platform may still say against a post that is out: it shows it to nobody then."""

LONG_WAIT = timedelta(hours=24)
"""Whoever waits longer than this for a limit wants to know (platforms, section 1)."""

_UNSETTLED = (RunStatus.AWAITING_APPROVAL, RunStatus.PUBLISHING, RunStatus.FAILED)


def settle_run(tx: Tx, post: Post) -> None:
    """Where this was the last open post of a run, the run is over; one that a person stopped stays so."""
    if post.run_id is None or runs.get(tx, post.run_id).status not in _UNSETTLED:
        return
    siblings = posts.of_run(tx, post.run_id)
    if any(sibling.status not in FINAL | {PostStatus.FAILED} for sibling in siblings):
        return
    went_out = any(sibling.status is PostStatus.PUBLISHED for sibling in siblings)
    all_well = all(sibling.status is not PostStatus.FAILED for sibling in siblings)
    run = runs.get(tx, post.run_id)
    status = RunStatus.COMPLETED if went_out and all_well else RunStatus.FAILED
    if run.status is not status:
        runs.finish_publishing(tx, run, status)
        if status is RunStatus.COMPLETED:
            notifications.add(
                tx, code="run_completed", severity="done", values={"topic": run.topic}, run_id=run.id
            )


def _carry_out(tx: Tx, post: Post, failure: Failure, decision: Decision) -> Post:
    plain = failures.to_json(failure)
    # Whoever goes on from here, a clock or a person, does these stages again.
    attempts.forget(tx, post.id, failure.start_over)
    match decision:
        case RetryAt():
            if isinstance(failure, RateLimited) and failure.whose == "app":
                quotas.put_off_app(tx, accounts.get(tx, post.account_id), decision.at)
            return _plan_retry(tx, post, plain, decision)
        case Hold():
            return _hold(tx, post, plain, decision)
        case Confirm():
            return posts.change(tx, post, PostEvent.OUTCOME_LOST, ready_at=tx.now, failure=plain)
        case Fail() if post.is_out and not isinstance(failure, _JUDGEMENTS):
            return published(tx, post, _unfinished(post))
        case Fail():
            over = posts.change(tx, post, PostEvent.FAILED, failure=plain, external_id=None, permalink=None)
            _notify(tx, over, failure)
            settle_run(tx, over)
            return over


def _plan_retry(tx: Tx, post: Post, failure: dict[str, Any], decision: RetryAt) -> Post:
    if decision.at - tx.now > LONG_WAIT:
        notifications.add(tx, code=failure["kind"], severity="attention", post_id=post.id)
    return posts.change(
        tx,
        post,
        PostEvent.RETRY_PLANNED,
        note={"retry_at": decision.at.isoformat(), "code": failure["kind"]},
        ready_at=decision.at,
        failure=failure,
        retries=post.retries + decision.spends,
        login_renewed=post.login_renewed or decision.renew_login,
    )


def _hold(tx: Tx, post: Post, failure: dict[str, Any], decision: Hold) -> Post:
    held = posts.change(tx, post, PostEvent.HELD, failure=failure, status_reason=decision.reason.value)
    account = accounts.get(tx, post.account_id)
    if decision.pauses_persona:
        holding.suspend_account(tx, account)
    else:
        holding.hold_account(tx, account, decision.reason)
    return held


def _notify(tx: Tx, post: Post, failure: Failure) -> None:
    notifications.add(
        tx,
        code=failures.message_code(failure),
        severity="failed",
        values=failures.message_values(failure),
        post_id=post.id,
        account_id=post.account_id,
    )
