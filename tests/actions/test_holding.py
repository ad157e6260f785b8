"""What was held goes on with spacing: late posts one by one, the others at their times (S2.7, S2.8)."""

from datetime import timedelta
from itertools import pairwise

import pytest

import makers
from pressrun.actions import accounts as account_actions
from pressrun.actions import holding
from pressrun.actions.base import Workspace
from pressrun.domain.backlog import BacklogRule
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, posts
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.posts import Post

RULE = BacklogRule(timedelta(minutes=5), 0.2)


def held(store: Store, clock: MovableClock, reason: HeldReason) -> tuple[Account, list[Post], Post]:
    """An account that was held for a day: four posts are late by now, one is still to come."""
    account = makers.make_account(store)
    late = [makers.make_post(store, account, due_at=clock.now() + timedelta(hours=n)) for n in (4, 1, 3, 2)]
    coming = makers.make_post(store, account, due_at=clock.now() + timedelta(days=1, minutes=7))
    with store.transaction() as tx:
        if reason is HeldReason.ACCOUNT_SUSPENDED:
            holding.suspend_account(tx, account)
        else:
            holding.hold_account(tx, account, reason)
    clock.advance(timedelta(days=1))
    return account, sorted(late, key=lambda post: post.due_at), coming


def now_are(store: Store, wanted: list[Post]) -> list[Post]:
    with store.read() as tx:
        return [posts.get(tx, post.id) for post in wanted]


@pytest.mark.parametrize("reason", [HeldReason.NEEDS_REAUTH, HeldReason.ACCOUNT_SUSPENDED])
def test_late_posts_go_out_in_their_order_the_first_now_the_next_with_spacing(
    store: Store, clock: MovableClock, reason: HeldReason
) -> None:
    account, late, coming = held(store, clock, reason)
    with store.transaction() as tx:
        holding.resume_account(tx, accounts.get(tx, account.id), RULE)
    times = [post.ready_at for post in now_are(store, late)]
    assert times[0] == clock.now()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert all(timedelta(minutes=5) <= gap <= timedelta(minutes=6) for gap in gaps)
    assert len(set(gaps)) > 1
    assert {post.status for post in now_are(store, [*late, coming])} == {PostStatus.SCHEDULED}
    assert now_are(store, [coming])[0].ready_at == coming.due_at


async def test_a_person_who_resumes_gets_the_spacing_of_the_settings(
    workspace: Workspace, store: Store, clock: MovableClock
) -> None:
    account, late, _ = held(store, clock, HeldReason.PERSONA_PAUSED)
    await account_actions.resume(workspace, account.id)
    times = [post.ready_at for post in now_are(store, late)]
    assert all(later - earlier >= workspace.rules.backlog.spacing for earlier, later in pairwise(times))


def test_accounts_of_a_resumed_persona_do_not_wait_for_each_other(store: Store, clock: MovableClock) -> None:
    persona = makers.make_persona(store)
    first, second = makers.make_account(store, persona), makers.make_account(store, persona)
    waiting = [
        makers.make_post(store, each, due_at=clock.now() + timedelta(hours=1)) for each in (first, second)
    ]
    with store.transaction() as tx:
        holding.suspend_account(tx, first)
    clock.advance(timedelta(days=1))
    with store.transaction() as tx:
        holding.resume_account(tx, accounts.get(tx, first.id), RULE)
    assert [post.ready_at for post in now_are(store, waiting)] == [clock.now()] * 2


def test_a_late_post_that_waits_already_comes_first(store: Store, clock: MovableClock) -> None:
    account, late, _ = held(store, clock, HeldReason.NEEDS_REAUTH)
    makers.make_post(store, account, due_at=clock.now())
    with store.transaction() as tx:
        holding.resume_account(tx, accounts.get(tx, account.id), RULE)
    assert now_are(store, late)[0].ready_at >= clock.now() + timedelta(minutes=5)
