"""X's refresh tokens work once: workers of any kind that renew at once lose nothing (S2.7, item 3)."""

import asyncio
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

import makers
from fakes import FakeEnqueue, FakeMediaStore, FakeNotifier, FakeWeb, NoModel
from pressrun.actions import logins
from pressrun.actions.base import Rules, Workspace
from pressrun.connectors import registry
from pressrun.connectors.base import Login
from pressrun.connectors.http import Http
from pressrun.connectors.registry import Addresses
from pressrun.domain.account import AccountStatus
from pressrun.kit.clock import SystemClock
from pressrun.kit.database import create_engine
from pressrun.sandbox.app import running
from pressrun.store import accounts
from pressrun.store.database import Store
from pressrun.store.secrets import Vault

WORKERS = 4
KEY = Fernet.generate_key()


@dataclass(frozen=True)
class Worker:
    """What a worker is made of, wherever it runs."""

    database_url: str
    key: bytes
    sandbox_url: str

    def store(self) -> Store:
        return Store(create_engine(self.database_url), clock=SystemClock(), vault=Vault([self.key]))

    def workspace(self, http: Http, store: Store) -> Workspace:
        addresses = Addresses(x=f"{self.sandbox_url}/x", x_consent=f"{self.sandbox_url}/x-consent")
        return Workspace(
            store=store,
            asset_folder=Path(),
            publishers=registry.publishers(http, addresses, store.clock),
            media_store=FakeMediaStore(),
            local_media=FakeMediaStore("local"),
            text_model=NoModel(),
            fallback_text_model=NoModel(),
            image_model=NoModel(),
            notifier=FakeNotifier,
            enqueue=FakeEnqueue(),
            fetch=FakeWeb().fetch,
            rules=Rules(),
        )


def renew(worker: Worker, old: Login) -> str:
    """One worker that found this login old; answers the token it goes on with."""

    async def renewed() -> Login:
        http = Http(timeout=timedelta(seconds=30))
        try:
            return await logins.renew(worker.workspace(http, store), old)
        finally:
            await http.close()

    store = worker.store()
    try:
        return str(asyncio.run(renewed()).credentials["access_token"])
    finally:
        store.engine.dispose()


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def sandbox(sandbox_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox_url, timeout=30, trust_env=False) as control:
        control.post("/_sandbox/reset").raise_for_status()
        yield control


@pytest.fixture
def worker(database_url: str, sandbox_url: str) -> Worker:
    return Worker(database_url, KEY, sandbox_url)


@pytest.fixture
def old(worker: Worker, sandbox: httpx.Client) -> Login:
    """The login of an account at X, two hours old or not: somebody thinks so."""
    made = sandbox.post("/_sandbox/accounts", json={"platform": "x", "handle": "haru"}).json()
    store = worker.store()
    fields: dict[str, Any] = {"platform": "x", "external_id": made["account_id"], "handle": "haru"}
    account = makers.make_account(store, credentials=made["credentials"], **fields)
    with store.read() as tx:
        login = logins.load(tx, account.id)
    store.engine.dispose()
    return login


def refreshes(sandbox: httpx.Client) -> int:
    calls = sandbox.get("/_sandbox/requests", params={"platform": "x"}).json()["items"]
    return sum(call["path"] == "/x/2/oauth2/token" for call in calls)


@pytest.mark.parametrize(
    "pool",
    [
        ThreadPoolExecutor,
        partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn")),
    ],
    ids=["threads", "processes"],
)
def test_workers_that_renew_at_once_share_one_fresh_login(
    worker: Worker, sandbox: httpx.Client, old: Login, pool: type[Executor]
) -> None:
    slow = {"platform": "x", "match": {"path_regex": "oauth2/token"}, "effect": {"kind": "delay", "ms": 700}}
    sandbox.post("/_sandbox/faults", json=slow | {"times": None}).raise_for_status()
    with pool(WORKERS) as workers:  # pyright: ignore[reportCallIssue]
        tokens = set(workers.map(partial(renew, worker), [old] * WORKERS))
    store = worker.store()
    with store.read() as tx:
        kept = logins.load(tx, old.account_id)
        assert accounts.get(tx, old.account_id).status is AccountStatus.ACTIVE
    store.engine.dispose()
    assert tokens == {kept.credentials["access_token"]}
    assert refreshes(sandbox) == 1
    # The grant lives: a second use of the old refresh token would have ended it.
    assert renew(worker, kept) not in tokens


def test_the_stand_in_ends_a_grant_whose_token_is_used_twice(
    worker: Worker, sandbox: httpx.Client, old: Login
) -> None:
    """So that the test above can fail."""
    for expected in (200, 400):
        answer = sandbox.post(
            "/x/2/oauth2/token",
            data={"grant_type": "refresh_token", "refresh_token": old.credentials["refresh_token"]},
            auth=(str(old.credentials["client_id"]), str(old.credentials["client_secret"])),
        )
        assert answer.status_code == expected
