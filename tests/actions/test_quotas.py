"""Quotas of an app, counted for all of its accounts before anything is sent (item 2)."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.test_publishing import publish, start, take_up
from fakes import FakeEnqueue, FakePublisher
from makers import make_account, make_persona, make_post
from pressrun.actions import dispatching, housekeeping, measuring, publishing, quotas
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.journal import AttemptJournal
from pressrun.actions.publishing import NotStarted
from pressrun.connectors.base import AppQuota, Draft, Published
from pressrun.domain.failures import RateLimited, Reach
from pressrun.domain.limits import AccountLimit
from pressrun.domain.post import Format, PostStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, posts
from pressrun.store import quotas as table
from pressrun.store.accounts import Account
from pressrun.store.attempts import Attempt, NotMine
from pressrun.store.database import Store
from pressrun.store.posts import Post

ZONE = "America/Los_Angeles"
TODAY = date(2026, 11, 20)
MIDNIGHT = datetime(2026, 11, 21, 8, tzinfo=UTC)
"""There, after the clock of these tests begins."""
APP = "app-1"
DRAFT = Draft("post", Format.FEED, "", (), ())
RULES = DispatchRules(limit=AccountLimit(per_hour=100))


class Metered(FakePublisher):
    """A platform whose apps may upload twice a day and use 100 units."""

    def __init__(self) -> None:
        super().__init__()
        self.price: Mapping[str, int] = {"uploads": 1, "units": 30}
        self.limits = replace(
            self.limits,
            app_quotas=(AppQuota("uploads", 2, ZONE), AppQuota("units", 100, ZONE, per_read=1)),
        )

    def costs(self, draft: Draft) -> Mapping[str, int]:
        return self.price


@pytest.fixture
def publisher() -> Metered:
    return Metered()


def make_user_of(store: Store, app_id: str = APP) -> Account:
    return make_account(store, make_persona(store), app_id=app_id)


def publishing_attempt(workspace: Workspace, enqueue: FakeEnqueue, app_id: str = APP) -> Attempt:
    """An attempt at the instant before it sends anything."""
    post = make_post(
        workspace.store, make_user_of(workspace.store, app_id), due_at=workspace.store.clock.now()
    )
    return publish(workspace, enqueue, post)


def used(store: Store, bucket: str, app_id: str = APP, day: date = TODAY) -> int:
    with store.read() as tx:
        return table.used(tx, "instagram", app_id, bucket, day)


def limited_until(store: Store, app_id: str = APP) -> datetime | None:
    with store.read() as tx:
        return table.limited_until(tx, "instagram", app_id)


def read(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def test_a_use_is_counted_once_for_each_attempt_and_bucket(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    attempt = publishing_attempt(workspace, enqueue)
    for _ in range(3):
        quotas.reserve(workspace, attempt, publisher, DRAFT)
    assert (used(workspace.store, "uploads"), used(workspace.store, "units")) == (1, 30)


def test_all_accounts_of_an_app_share_its_day_and_other_apps_have_their_own(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    for _ in range(2):
        quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    third = publishing_attempt(workspace, enqueue)
    with pytest.raises(RateLimited) as caught:
        quotas.reserve(workspace, third, publisher, DRAFT)
    assert (caught.value.until, caught.value.whose, caught.value.reach) == (MIDNIGHT, "app", Reach.NOT_SENT)
    quotas.reserve(workspace, publishing_attempt(workspace, enqueue, "app-2"), publisher, DRAFT)
    assert (used(workspace.store, "uploads"), used(workspace.store, "uploads", "app-2")) == (2, 1)


def test_where_one_bucket_is_full_nothing_is_taken_of_the_other(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    publisher.price = {"uploads": 1, "units": 101}
    with pytest.raises(RateLimited):
        quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    assert (used(workspace.store, "uploads"), used(workspace.store, "units")) == (0, 0)


def test_the_next_day_there_has_room_again(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered, clock: MovableClock
) -> None:
    for _ in range(2):
        quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    clock.advance(MIDNIGHT - clock.now())
    quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    assert used(workspace.store, "uploads", day=TODAY + timedelta(days=1)) == 1


def test_an_attempt_that_only_finishes_what_is_out_uses_nothing(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    attempt = publishing_attempt(workspace, enqueue)
    journal = AttemptJournal(workspace.store, attempt, "hash", AccountLimit())
    intent = journal.write_intent("publish", {}, completes=False)
    journal.fulfil_intent(intent, Published("video"))
    quotas.reserve(workspace, attempt, publisher, DRAFT)
    assert used(workspace.store, "uploads") == 0


def test_whoever_lost_the_attempt_takes_nothing(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    attempt = publishing_attempt(workspace, enqueue)
    with pytest.raises(NotMine):
        quotas.reserve(workspace, replace(attempt, worker_id="another"), publisher, DRAFT)
    assert used(workspace.store, "uploads") == 0


def test_of_many_at_once_only_as_many_get_a_place_as_there_are(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    going = [publishing_attempt(workspace, enqueue) for _ in range(6)]
    outcomes: list[str] = []

    def reserve(attempt: Attempt) -> None:
        try:
            quotas.reserve(workspace, attempt, publisher, DRAFT)
        except RateLimited:
            outcomes.append("full")
        else:
            outcomes.append("place")

    threads = [threading.Thread(target=reserve, args=(attempt,)) for attempt in going]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full"] * 4 + ["place"] * 2
    assert used(workspace.store, "uploads") == 2


def test_an_account_without_an_app_is_not_counted(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered
) -> None:
    quotas.reserve(workspace, publishing_attempt(workspace, enqueue, ""), publisher, DRAFT)
    assert used(workspace.store, "uploads", "") == 0


@pytest.mark.parametrize("name", ["client_id", "app_id"])
def test_the_app_of_an_account_connected_earlier_is_found_out(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered, name: str
) -> None:
    account = make_account(workspace.store, credentials={"access_token": "t", name: APP})
    post = make_post(workspace.store, account, due_at=workspace.store.clock.now())
    quotas.reserve(workspace, publish(workspace, enqueue, post), publisher, DRAFT)
    with workspace.store.read() as tx:
        assert accounts.get(tx, account.id).app_id == APP
    assert used(workspace.store, "uploads") == 1


# What the platform says itself


def refused(workspace: Workspace, enqueue: FakeEnqueue, failure: RateLimited) -> Post:
    """A post of the app whose attempt met `failure`."""
    attempt = publishing_attempt(workspace, enqueue)
    publishing.fail(workspace, attempt, failure)
    with workspace.store.read() as tx:
        return posts.get(tx, attempt.post_id)


def test_an_app_that_is_used_up_puts_off_all_of_its_accounts_and_nobody_else(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    until = clock.now() + timedelta(hours=5)
    first = refused(workspace, enqueue, RateLimited(until=until, whose="app"))
    assert (first.status, first.ready_at) == (PostStatus.RETRY_WAIT, until)

    same_app = make_user_of(workspace.store)
    due = make_post(workspace.store, same_app, due_at=clock.now())
    soon = make_post(workspace.store, same_app, due_at=clock.now() + timedelta(hours=1))
    later = make_post(workspace.store, same_app, due_at=clock.now() + timedelta(hours=9))
    other = make_post(workspace.store, make_user_of(workspace.store, "app-2"), due_at=clock.now())
    dispatching.claim_due(workspace.store, enqueue, RULES)

    for post in (due, soon):
        put_off = read(workspace.store, post)
        assert (put_off.ready_at, put_off.status_reason) == (until, "app_limit")
    assert read(workspace.store, later).ready_at == later.ready_at
    assert read(workspace.store, other).status is PostStatus.ARMED


def test_an_app_limit_without_a_time_lasts_as_long_as_any_rate_limit(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    refused(workspace, enqueue, RateLimited(whose="app"))
    assert limited_until(workspace.store) == clock.now() + workspace.rules.retry.rate_limit


def test_a_limit_of_the_account_holds_nobody_else(workspace: Workspace, enqueue: FakeEnqueue) -> None:
    refused(workspace, enqueue, RateLimited())
    assert limited_until(workspace.store) is None


def test_a_post_that_is_armed_already_waits_too(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = make_post(workspace.store, make_user_of(workspace.store), due_at=clock.now())
    attempt = take_up(workspace, enqueue, post)
    until = clock.now() + timedelta(hours=5)
    refused(workspace, enqueue, RateLimited(until=until, whose="app"))
    assert start(workspace, attempt) is NotStarted.OVER
    waiting = read(workspace.store, post)
    assert (waiting.status, waiting.ready_at, waiting.status_reason) == (
        PostStatus.SCHEDULED,
        until,
        "app_limit",
    )


def test_when_the_limit_is_over_they_go_out(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    until = clock.now() + timedelta(hours=5)
    refused(workspace, enqueue, RateLimited(until=until, whose="app"))
    post = make_post(workspace.store, make_user_of(workspace.store), due_at=clock.now())
    dispatching.claim_due(workspace.store, enqueue, RULES)
    clock.advance(timedelta(hours=5))
    dispatching.claim_due(workspace.store, enqueue, RULES)
    assert read(workspace.store, post).status is PostStatus.ARMED


# Looks at published posts


def published_post(workspace: Workspace, clock: MovableClock) -> Post:
    post = make_post(workspace.store, make_user_of(workspace.store), due_at=clock.now())
    with workspace.store.transaction() as tx:
        tx.execute(
            table.schema.post.update()
            .where(table.schema.post.c.id == post.id)
            .values(status="published", published_at=tx.now, external_id="v", measure_at=tx.now)
        )
    return read(workspace.store, post)


def test_looks_are_counted_too_and_wait_for_the_next_day_when_it_is_full(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered, clock: MovableClock
) -> None:
    first, second = published_post(workspace, clock), published_post(workspace, clock)
    assert {look.post.id for look in measuring.claim_due(workspace)} == {first.id, second.id}
    assert used(workspace.store, "units") == 2

    publisher.price = {"units": 98}
    quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    third = published_post(workspace, clock)
    assert measuring.claim_due(workspace) == []
    assert read(workspace.store, third).measure_at == MIDNIGHT


def test_what_is_long_over_is_forgotten(
    workspace: Workspace, enqueue: FakeEnqueue, publisher: Metered, clock: MovableClock
) -> None:
    quotas.reserve(workspace, publishing_attempt(workspace, enqueue), publisher, DRAFT)
    refused(workspace, enqueue, RateLimited(whose="app"))
    clock.advance(timedelta(days=1))
    housekeeping.forget_old(workspace.store)
    assert used(workspace.store, "uploads") == 1
    clock.advance(timedelta(days=3))
    housekeeping.forget_old(workspace.store)
    assert used(workspace.store, "uploads") == 0
    assert limited_until(workspace.store) is None
