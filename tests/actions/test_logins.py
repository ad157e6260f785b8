"""Renewing logins through one door: one at a time, nothing lost, nobody cut off for what passes (S2.7)."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

import makers
from fakes import FakeEnqueue, FakePublisher
from pressrun.actions import accounts as account_actions
from pressrun.actions import logins
from pressrun.actions.accounts import NewLogin
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Login
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Answer, Failure, Reach
from pressrun.domain.persona import Language
from pressrun.domain.post import PostStatus
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, notifications, personas, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.database import Store

T = TypeVar("T")

REFUSED = failures.LoginExpired(answer=Answer(status=400, message="Value passed for the token was invalid."))


@pytest.fixture
def account(store: Store, clock: MovableClock) -> Account:
    """An account whose token lasts two hours, and one post that waits."""
    made = makers.make_account(
        store,
        credentials={"access_token": "old", "client_id": "app-1"},
        token_expires_at=clock.now() + timedelta(hours=2),
        renew_at=clock.now() + timedelta(minutes=80),
    )
    makers.make_post(store, made, due_at=clock.now() + timedelta(days=1))
    return made


def login_of(store: Store, account: Account) -> Login:
    with store.read() as tx:
        return logins.load(tx, account.id)


def now_is(store: Store, account: Account) -> Account:
    with store.read() as tx:
        return accounts.get(tx, account.id)


def told(store: Store) -> list[str]:
    with store.read() as tx:
        return [each.code for each in notifications.listed(tx)]


async def when_due(workspace: Workspace, clock: MovableClock, account: Account, **later: float) -> Account:
    """The clock reaches the planned time, or `later`, and the claimed work is done."""
    planned = now_is(workspace.store, account).renew_at
    assert planned is not None
    clock.advance(planned - clock.now() + timedelta(**later))
    enqueue = FakeEnqueue()
    assert logins.claim_due(workspace.store, enqueue) == 1
    ((kind, _, (account_id, marker)),) = enqueue.work
    assert kind == logins.RENEW_LOGIN
    await logins.renew_ahead(workspace, str(account_id), planned=datetime.fromisoformat(str(marker)))
    return now_is(workspace.store, account)


# Well


async def test_a_login_is_renewed_before_it_expires(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = account.created_at + timedelta(hours=3, minutes=20)
    renewed = await when_due(workspace, clock, account)
    assert login_of(store, account).credentials == {"access_token": "old+", "client_id": "app-1"}
    assert renewed.token_expires_at == publisher.renewal
    assert renewed.renew_at == clock.now() + timedelta(minutes=80)
    assert (renewed.app_id, renewed.renewing_until) == ("app-1", None)


def test_nothing_is_claimed_before_its_time_or_without_one(
    store: Store, clock: MovableClock, account: Account, enqueue: FakeEnqueue
) -> None:
    makers.make_account(store)
    clock.advance(timedelta(minutes=79))
    assert logins.claim_due(store, enqueue) == 0


def test_what_is_claimed_is_claimed_once_and_again_where_its_work_was_lost(
    store: Store, clock: MovableClock, account: Account, enqueue: FakeEnqueue
) -> None:
    clock.advance(timedelta(minutes=80))
    assert [logins.claim_due(store, enqueue), logins.claim_due(store, enqueue)] == [1, 0]
    clock.advance(logins.LOST_WORK)
    assert logins.claim_due(store, enqueue) == 1
    first, second = (work_id for _, work_id, _ in enqueue.work)
    assert first != second


async def test_work_for_another_plan_does_nothing(
    workspace: Workspace, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    await logins.renew_ahead(workspace, account.id, planned=clock.now())
    await logins.renew_ahead(workspace, "nobody", planned=clock.now())
    assert publisher.renewed == []


async def test_who_comes_with_an_old_login_is_given_the_fresh_one(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = clock.now() + timedelta(hours=2)
    old = login_of(store, account)
    first = await logins.renew(workspace, old)
    second = await logins.renew(workspace, old)
    assert first.credentials == second.credentials == login_of(store, account).credentials
    assert publisher.renewed == ["old"]


# One at a time


class OneUse(FakePublisher):
    """A platform whose refresh token works once: a second use ends the grant. It answers when it is let."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.renewal = until
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.valid, self.is_over = "old", False

    async def renew(self, login: Login) -> Login:
        self.asked.set()
        await asyncio.to_thread(self.may_answer.wait, 30)
        self.is_over = self.is_over or login.credentials["access_token"] != self.valid
        if self.is_over:
            raise REFUSED
        fresh = await super().renew(login)
        self.valid = str(fresh.credentials["access_token"])
        return fresh


def in_threads(*work: Coroutine[Any, Any, T]) -> list[Future[T]]:
    pool = ThreadPoolExecutor(len(work))
    begun: list[Any] = [pool.submit(asyncio.run, each) for each in work]
    pool.shutdown(wait=False)
    return begun


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_that_renew_at_once_lose_nothing(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, workers: int
) -> None:
    platform = OneUse(clock.now() + timedelta(hours=2))
    shared = replace(workspace, publishers={"instagram": platform})
    old = login_of(store, account)
    (first,) = in_threads(logins.renew(shared, old))
    assert platform.asked.wait(30)
    others = in_threads(*(logins.renew(shared, old) for _ in range(workers - 1)))
    waited = wait(others, timeout=2 * logins.WAIT_SECONDS)
    assert not waited.done
    platform.may_answer.set()
    answers = [begun.result() for begun in (first, *others)]
    assert {str(answer.credentials["access_token"]) for answer in answers} == {"old+"}
    assert platform.renewed == ["old"]
    assert login_of(store, account).credentials["access_token"] == "old+"


@pytest.mark.parametrize("is_refused", [False, True])
def test_who_connects_the_account_meanwhile_has_the_last_word(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, is_refused: bool
) -> None:
    """Whatever became of the old login."""
    platform = OneUse(clock.now() + timedelta(hours=2))
    shared = replace(workspace, publishers={"instagram": platform})
    (renewing,) = in_threads(logins.renew(shared, login_of(store, account)))
    assert platform.asked.wait(30)
    if is_refused:
        platform.renewal = failures.LoginExpired()
    with store.transaction() as tx:
        profile = account_actions.Profile(account.external_id, account.handle)
        by_a_person = account_actions.NewLogin(profile, {"access_token": "by-a-person"})
        account_actions.replace(tx, shared, account, by_a_person)
    platform.may_answer.set()
    assert renewing.result().credentials == {"access_token": "by-a-person"}
    assert login_of(store, account).credentials == {"access_token": "by-a-person"}


async def test_a_turn_that_nobody_ended_ends_with_the_settle_time(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    """Its call may still be on its way until then, and the process that made it dead."""
    publisher.renewal = failures.Transient(reach=Reach.SENT)
    with pytest.raises(failures.Transient):
        await logins.renew(workspace, login_of(store, account))
    assert now_is(store, account).renewing_until == clock.now() + workspace.rules.settle
    publisher.renewal = clock.now() + timedelta(hours=2)
    waiting = asyncio.create_task(logins.renew(workspace, login_of(store, account)))
    await asyncio.wait([waiting], timeout=3 * logins.WAIT_SECONDS)
    assert publisher.renewed == ["old"]
    clock.advance(workspace.rules.settle)
    assert (await waiting).credentials["access_token"] == "old+"


@pytest.mark.parametrize("reach", [Reach.NOT_SENT, Reach.ANSWERED])
async def test_a_turn_ends_at_once_where_nothing_is_on_its_way(
    workspace: Workspace, store: Store, account: Account, publisher: FakePublisher, reach: Reach
) -> None:
    publisher.renewal = failures.Transient(reach=reach)
    with pytest.raises(failures.Transient):
        await logins.renew(workspace, login_of(store, account))
    assert now_is(store, account).renewing_until is None


# What fails

PASSING = [
    failures.Transient(),
    failures.Transient(reach=Reach.NOT_SENT),
    failures.RateLimited(),
    failures.OutcomeUnknown(reach=Reach.ANSWERED),
]


@pytest.mark.parametrize("failure", PASSING, ids=[failures.kind(failure) for failure in PASSING])
async def test_what_passes_is_tried_again_later_each_time_and_holds_nothing(
    workspace: Workspace,
    store: Store,
    clock: MovableClock,
    account: Account,
    publisher: FakePublisher,
    failure: Failure,
) -> None:
    publisher.renewal = failure
    waits = []
    for _ in range(12):
        account = await when_due(workspace, clock, account)
        assert account.renew_at is not None
        waits.append(account.renew_at - clock.now())
    assert clock.now() > (account.token_expires_at or clock.now())
    assert account.status is AccountStatus.ACTIVE
    assert account.renewals_failed == 12
    assert min(waits) >= timedelta(minutes=1)
    assert max(waits) <= timedelta(hours=6)
    assert told(store) == []
    with store.read() as tx:
        assert [post.status for post in posts.open_posts(tx, account_id=account.id)] == [PostStatus.SCHEDULED]
    publisher.renewal = clock.now() + timedelta(hours=2)
    account = await when_due(workspace, clock, account)
    assert account.renewals_failed == 0


async def test_the_time_a_rate_limit_names_is_kept(
    workspace: Workspace, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    until = clock.now() + timedelta(hours=9)
    publisher.renewal = failures.RateLimited(until=until)
    assert (await when_due(workspace, clock, account)).renew_at == until


async def test_a_refusal_while_the_token_still_works_warns_and_holds_nothing_until_it_expires(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = REFUSED
    warned = await when_due(workspace, clock, account)
    assert warned.status is AccountStatus.ACTIVE
    assert warned.renew_at == account.token_expires_at
    assert told(store) == ["renewal_refused"]
    expired = await when_due(workspace, clock, account)
    assert (expired.status, expired.renew_at) == (AccountStatus.NEEDS_REAUTH, None)
    assert sorted(told(store)) == ["login_expired", "renewal_refused"]
    with store.read() as tx:
        (post,) = posts.held_posts(tx, account_id=account.id)
    assert post.status_reason == "needs_reauth"


def connected_page(store: Store, clock: MovableClock) -> Account:
    """An account of Facebook's flavour: the Page's token has no end, but the app may act for 90 days only."""
    with store.transaction() as tx:
        persona = personas.add(tx, name="Haru", language=Language.KO, timezone="Asia/Seoul")
        return account_actions.add(tx, page_login(clock), persona_id=persona.id, platform="instagram")


def page_login(clock: MovableClock) -> NewLogin:
    ends = clock.now() + timedelta(days=90)
    credentials = {"access_token": "page", "data_access_expires_at": int(ends.timestamp())}
    return NewLogin(account_actions.Profile("1784", "haru"), credentials)


async def test_a_token_without_an_end_is_warned_about_a_week_before_the_app_may_no_longer_act(
    workspace: Workspace, store: Store, clock: MovableClock, publisher: FakePublisher
) -> None:
    publisher.renewal = REFUSED
    page, ends = connected_page(store, clock), clock.now() + timedelta(days=90)
    assert (page.token_expires_at, page.renew_at) == (None, ends - timedelta(days=7))
    warned = await when_due(workspace, clock, page)
    assert (warned.status, warned.renew_at) == (AccountStatus.ACTIVE, None)
    assert told(store) == ["renewal_refused"]
    with store.read() as tx:
        assert notifications.listed(tx)[0].values["day"] == ends.date().isoformat()


async def test_that_warning_waits_until_the_platform_says_that_the_token_still_works(
    workspace: Workspace, store: Store, clock: MovableClock, publisher: FakePublisher
) -> None:
    publisher.renewal, publisher.failure = REFUSED, failures.Transient()
    unsure = await when_due(workspace, clock, connected_page(store, clock))
    assert (unsure.renew_at, told(store)) == (clock.now() + timedelta(minutes=1), [])
    publisher.failure = None
    assert (await when_due(workspace, clock, unsure)).renew_at is None
    assert told(store) == ["renewal_refused"]


async def test_a_page_whose_token_is_dead_by_then_needs_a_person_at_once(
    workspace: Workspace, store: Store, clock: MovableClock, publisher: FakePublisher
) -> None:
    publisher.renewal = publisher.failure = REFUSED
    dead = await when_due(workspace, clock, connected_page(store, clock))
    assert (dead.status, told(store)) == (AccountStatus.NEEDS_REAUTH, ["login_expired"])


async def test_connecting_again_begins_another_90_days(
    workspace: Workspace, store: Store, clock: MovableClock, publisher: FakePublisher
) -> None:
    publisher.renewal = REFUSED
    page = await when_due(workspace, clock, connected_page(store, clock))
    with store.transaction() as tx:
        account_actions.replace(tx, workspace, accounts.get(tx, page.id), page_login(clock))
    assert now_is(store, page).renew_at == clock.now() + timedelta(days=83)


async def test_a_refusal_of_a_token_that_is_dead_as_well_needs_a_person_at_once(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = publisher.failure = REFUSED
    assert (await when_due(workspace, clock, account)).status is AccountStatus.NEEDS_REAUTH
    assert told(store) == ["login_expired"]


async def test_a_refusal_counts_for_nothing_while_the_platform_does_not_say_whether_the_token_works(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal, publisher.failure = REFUSED, failures.Transient()
    unsure = await when_due(workspace, clock, account)
    assert unsure.status is AccountStatus.ACTIVE
    assert unsure.renew_at == clock.now() + timedelta(minutes=1)
    assert told(store) == []


async def test_a_lost_answer_is_followed_by_one_more_try_and_a_dead_grant_needs_a_person(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = failures.Transient(reach=Reach.SENT)
    lost = await when_due(workspace, clock, account)
    assert lost.status is AccountStatus.ACTIVE
    publisher.renewal = publisher.failure = REFUSED
    over = await when_due(workspace, clock, account, seconds=60)
    assert publisher.renewed == ["old", "old"]
    assert over.status is AccountStatus.NEEDS_REAUTH
    assert told(store) == ["login_expired"]


async def test_what_is_too_young_is_renewed_a_day_later(
    workspace: Workspace, store: Store, clock: MovableClock, publisher: FakePublisher
) -> None:
    long = makers.make_account(store, token_expires_at=clock.now() + timedelta(days=60), renew_at=clock.now())
    publisher.renewal = failures.Refused(answer=Answer(message="must be at least 24 hours old"))
    early = await when_due(workspace, clock, long)
    assert early.renew_at == clock.now() + timedelta(days=1)
    assert (early.status, early.renewals_failed, told(store)) == (AccountStatus.ACTIVE, 0, [])


async def test_wrong_keys_of_the_app_are_told_once_and_hold_nothing(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = failures.Misconfigured(answer=Answer(message="invalid_client"))
    for _ in range(3):
        account = await when_due(workspace, clock, account)
    assert account.status is AccountStatus.ACTIVE
    assert told(store) == ["renewal_misconfigured"]


async def test_a_suspension_met_while_renewing_pauses_the_persona(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = failures.AccountSuspended()
    assert (await when_due(workspace, clock, account)).status is AccountStatus.SUSPENDED
    assert told(store) == ["account_suspended"]


async def test_a_paused_account_stays_paused_and_its_dead_login_is_told(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    account_actions.pause(store, account.id)
    publisher.renewal = publisher.failure = REFUSED
    paused = await when_due(workspace, clock, account)
    assert (paused.status, paused.renew_at) == (AccountStatus.PAUSED, None)
    assert told(store) == ["login_expired"]


# By a person


async def test_a_person_renews_at_once(
    workspace: Workspace, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = clock.now() + timedelta(hours=3)
    assert (await logins.renew_now(workspace, account.id)).token_expires_at == publisher.renewal


@pytest.mark.parametrize(
    ("failure", "status", "code", "stands"),
    [
        (failures.Transient(), 503, "transient", AccountStatus.ACTIVE),
        (failures.RateLimited(), 503, "rate_limited", AccountStatus.ACTIVE),
        (failures.Refused(), 409, "renewed_too_early", AccountStatus.ACTIVE),
        (failures.Misconfigured(), 409, "app_refused", AccountStatus.ACTIVE),
        (failures.LoginExpired(), 409, "only_a_person_renews", AccountStatus.ACTIVE),
    ],
)
async def test_a_person_is_told_why_it_could_not_be_renewed(
    workspace: Workspace,
    store: Store,
    account: Account,
    publisher: FakePublisher,
    failure: Failure,
    status: int,
    code: str,
    stands: AccountStatus,
) -> None:
    publisher.renewal = failure
    with pytest.raises(Problem) as caught:
        await logins.renew_now(workspace, account.id)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert now_is(store, account).status is stands


async def test_a_login_that_a_person_finds_dead_needs_them_to_sign_in(
    workspace: Workspace, store: Store, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = publisher.failure = REFUSED
    with pytest.raises(Problem) as caught:
        await logins.renew_now(workspace, account.id)
    assert (caught.value.status, caught.value.code) == (409, "needs_reauth")
    assert now_is(store, account).status is AccountStatus.NEEDS_REAUTH


async def test_no_secret_is_told_or_logged_with_a_failed_renewal(
    workspace: Workspace, store: Store, clock: MovableClock, account: Account, publisher: FakePublisher
) -> None:
    publisher.renewal = REFUSED
    await when_due(workspace, clock, account)
    with store.read() as tx:
        rows = [*tx.rows(sa.select(schema.event)), *tx.rows(sa.select(schema.notification))]
    assert "access_token" not in str([dict(row) for row in rows])
