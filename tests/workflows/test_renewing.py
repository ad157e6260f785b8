"""A post that meets an expired login has it renewed through the one door; only a refusal holds it (S2.7)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry

import makers
from fakes import FakeEnqueue, FakePublisher
from pressrun.actions import accounts as account_actions
from pressrun.actions import dispatching, logins
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.connectors.base import Profile
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.confirming import ConfirmPolicy
from pressrun.domain.failures import Failure, Reach
from pressrun.domain.limits import AccountLimit
from pressrun.domain.post import PostStatus
from pressrun.engine.durable import Durable
from pressrun.engine.leases import Lease
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, notifications, personas, posts
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.posts import Post
from pressrun.workflows.confirm_post import ConfirmPost
from pressrun.workflows.meters import Meters
from pressrun.workflows.publish_post import PublishingRules, PublishPost
from pressrun.workflows.renew_login import RenewLogin

EXPIRED = failures.LoginExpired(reach=Reach.NOT_SENT)


class Engine:
    """Does at once what the engine does durably; nobody else works."""

    executor_id = "worker-1"

    def __init__(self) -> None:
        self.work_id = ""
        self.in_hand = 0

    async def call(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    async def step(self, name: str, act: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        return await act()

    def current_work_id(self) -> str:
        return self.work_id

    @asynccontextmanager
    async def in_flight(self) -> AsyncIterator[None]:
        self.in_hand += 1
        yield

    async def must_be_held(self) -> None:
        """The lease is."""

    def is_held(self) -> bool:
        return True


class Expiring(FakePublisher):
    """A platform that takes no token but those of `valid`."""

    def __init__(self) -> None:
        super().__init__()
        self.valid: set[str] = set()

    async def publish(self, draft: Any, login: Any, steps: Any) -> Any:
        if login.credentials["access_token"] not in self.valid:
            raise EXPIRED
        return await super().publish(draft, login, steps)


class Speaking(Expiring):
    """A platform whose only call is the one that can't be undone, such as that of a text."""

    async def publish(self, draft: Any, login: Any, steps: Any) -> Any:
        self.failure = self._refusal(login.credentials)
        return await FakePublisher.publish(self, draft, login, steps)

    async def identify(self, credentials: Any) -> Any:
        self.failure = self._refusal(credentials)
        return await super().identify(credentials)

    async def find(self, draft: Any, intent: Any, login: Any) -> Any:
        self.failure = self._refusal(login.credentials)
        return await super().find(draft, intent, login)

    def _refusal(self, credentials: Any) -> Failure | None:
        return None if credentials["access_token"] in self.valid else failures.LoginExpired()


@pytest.fixture
def publisher() -> Expiring:
    return Expiring()


@pytest.fixture
def account(store: Store) -> Account:
    return makers.make_account(store, credentials={"access_token": "old"})


@pytest.fixture
def post(store: Store, account: Account, asset_folder: Path) -> Post:
    """A post that is due now."""
    with store.read() as tx:
        persona = personas.get(tx, account.persona_id)
    picture = makers.make_asset(store, asset_folder)
    content = makers.make_content(store, persona, asset_ids=(picture.id,))
    return makers.make_post(store, account, content=content, due_at=store.clock.now())


def work(workspace: Workspace, engine: Engine) -> None:
    """Everything that is due is done, and what follows from it at once."""
    lease = cast(Lease, engine)
    rules = PublishingRules(at_once=10, limit=AccountLimit(), call_within=timedelta(seconds=30))

    async def once(kind: str, work_id: str, args: tuple[Any, ...]) -> None:
        engine.work_id = work_id
        durable = cast(Durable, engine)
        if kind == dispatching.CONFIRM_POST:
            await ConfirmPost(workspace, durable, ConfirmPolicy())(*args)
            return
        publish = PublishPost(workspace, durable, lease, rules=rules, meters=Meters(CollectorRegistry()))
        await publish(*args)

    while True:
        enqueue = FakeEnqueue()
        dispatching.claim_due(workspace.store, enqueue, DispatchRules())
        if not enqueue.work:
            return
        for kind, work_id, args in enqueue.work:
            asyncio.run(once(kind, work_id, args))


def now_is(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def test_an_expired_login_is_renewed_and_the_post_goes_out_at_once(
    workspace: Workspace, store: Store, publisher: Expiring, clock: MovableClock, post: Post
) -> None:
    publisher.valid, publisher.renewal = {"old+"}, clock.now() + timedelta(hours=2)
    engine = Engine()
    work(workspace, engine)
    done = now_is(store, post)
    assert (done.status, done.attempts, done.retries) == (PostStatus.PUBLISHED, 2, 0)
    assert publisher.renewed == ["old"]
    assert engine.in_hand == 1
    with store.read() as tx:
        renewed = accounts.get(tx, post.account_id)
        assert accounts.credentials(tx, post.account_id)["access_token"] == "old+"
    assert renewed.token_expires_at == publisher.renewal


@pytest.mark.parametrize(
    "failure", [failures.Transient(), failures.RateLimited(), failures.Transient(reach=Reach.NOT_SENT)]
)
def test_a_renewal_that_fails_for_what_passes_is_made_again_with_the_next_attempt(
    workspace: Workspace,
    store: Store,
    publisher: Expiring,
    clock: MovableClock,
    post: Post,
    failure: Failure,
) -> None:
    publisher.valid, publisher.renewal = {"old+"}, failure
    for tries in (1, 2):
        work(workspace, Engine())
        waiting = now_is(store, post)
        assert waiting.status is PostStatus.RETRY_WAIT
        assert len(publisher.renewed) == tries
        clock.advance(waiting.ready_at - clock.now())
    with store.read() as tx:
        assert accounts.get(tx, post.account_id).status is AccountStatus.ACTIVE
        assert notifications.listed(tx) == []
    publisher.renewal = clock.now() + timedelta(hours=2)
    work(workspace, Engine())
    assert now_is(store, post).status is PostStatus.PUBLISHED


def test_a_renewal_that_the_platform_refuses_holds_the_account_for_a_person(
    workspace: Workspace, store: Store, publisher: Expiring, post: Post
) -> None:
    work(workspace, Engine())
    held = now_is(store, post)
    assert (held.status, held.status_reason) == (PostStatus.HELD, "needs_reauth")
    with store.read() as tx:
        assert accounts.get(tx, post.account_id).status is AccountStatus.NEEDS_REAUTH
        assert [each.code for each in notifications.listed(tx)] == ["login_expired"]


def test_a_token_that_is_too_young_to_be_renewed_is_tried_as_it_is(
    workspace: Workspace, store: Store, publisher: Expiring, post: Post
) -> None:
    publisher.renewal = failures.Refused()
    work(workspace, Engine())
    assert (now_is(store, post).status, publisher.renewed) == (PostStatus.HELD, ["old"])


def test_the_workflow_renews_what_was_claimed_and_a_stop_waits_for_it(
    workspace: Workspace, store: Store, publisher: Expiring, clock: MovableClock
) -> None:
    account = makers.make_account(store, credentials={"access_token": "old"}, renew_at=clock.now())
    publisher.renewal = clock.now() + timedelta(hours=2)
    enqueue, engine = FakeEnqueue(), Engine()
    logins.claim_due(store, enqueue)
    ((_, _, args),) = enqueue.work
    renew = RenewLogin(workspace, cast(Durable, engine))
    for _ in range(2):
        asyncio.run(renew(*cast(tuple[str, str], args)))
    assert publisher.renewed == ["old"]
    assert engine.in_hand == 2
    with store.read() as tx:
        assert accounts.get(tx, account.id).renew_at == clock.now() + timedelta(minutes=80)
        assert datetime.fromisoformat(str(args[1])) == clock.now() + logins.LOST_WORK


class TestACallThatMetADeadLogin:
    """Whether it worked can be asked only with a login that works."""

    @pytest.fixture
    def publisher(self) -> Speaking:
        return Speaking()

    def test_is_looked_for_with_a_fresh_login_and_made_again(
        self, workspace: Workspace, store: Store, publisher: Speaking, clock: MovableClock, post: Post
    ) -> None:
        publisher.valid, publisher.renewal = {"old+", "old++"}, clock.now() + timedelta(hours=2)
        work(workspace, Engine())
        assert now_is(store, post).status is PostStatus.PUBLISHED
        assert len(publisher.published) == 1

    def test_waits_for_a_person_to_sign_in_however_long_that_takes(
        self, workspace: Workspace, store: Store, publisher: Speaking, clock: MovableClock, post: Post
    ) -> None:
        for _ in range(8):
            work(workspace, Engine())
            waiting = now_is(store, post)
            assert waiting.status is PostStatus.CONFIRMING
            clock.advance(timedelta(minutes=40))
        publisher.valid = {"new"}
        with store.transaction() as tx:
            account = accounts.get(tx, post.account_id)
            assert account.status is AccountStatus.NEEDS_REAUTH
            profile = Profile(account.external_id, account.handle)
            account_actions.replace(
                tx, workspace, account, account_actions.NewLogin(profile, {"access_token": "new"})
            )
        work(workspace, Engine())
        assert now_is(store, post).status is PostStatus.PUBLISHED
        assert len(publisher.published) == 1
        with store.read() as tx:
            assert [each.code for each in notifications.listed(tx)] == ["login_expired"]
