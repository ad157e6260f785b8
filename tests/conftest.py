"""What all tests share: databases, a clock that is moved, a workspace, a small cast, a browser.

The cast: Alice owns, Bob edits, Charlie approves, Vera only views.
"""

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

import databases
import makers
from clips import MakeVideo
from fakes import FakeEnqueue, FakeMediaStore, FakeNotifier, FakePublisher, FakeWeb, NoModel
from pressrun.actions.base import Rules, Workspace
from pressrun.domain.persona import Language
from pressrun.domain.user import Role
from pressrun.kit.clock import MovableClock
from pressrun.kit.database import create_engine
from pressrun.store.database import Store
from pressrun.store.secrets import Vault
from pressrun.store.users import User
from pressrun.web.app import create_app
from pressrun.web.auth import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["frame.browser_required"]

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_KEY = Fernet.generate_key()

SignIn = Callable[[User], TestClient]


def pytest_configure(config: pytest.Config) -> None:
    """A run that is told to stop ends as if a person had interrupted it, and so does its database server."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """One PostgreSQL for the whole run."""
    with databases.postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: sa.URL) -> Iterator[str]:
    with databases.postgres_template(postgres_server) as template:
        yield template


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated database; the test runs on both kinds."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server = request.getfixturevalue("postgres_server")
    with databases.postgres_copy(server, request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; the test runs on both kinds."""
    if request.param == "sqlite":
        yield databases.sqlite_copy(None, tmp_path)
        return
    with databases.postgres_copy(request.getfixturevalue("postgres_server"), None) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def store(engine: Engine, clock: MovableClock) -> Store:
    return Store(engine, clock=clock, vault=Vault([_KEY]))


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def asset_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "assets"
    folder.mkdir()
    return folder


@pytest.fixture
def enqueue() -> FakeEnqueue:
    return FakeEnqueue()


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture(scope="session")
def make_video(tmp_path_factory: pytest.TempPathFactory) -> MakeVideo:
    """Makes short videos, each once for the whole run."""
    return MakeVideo(tmp_path_factory.mktemp("videos"))


@pytest.fixture
def outside() -> FakeWeb:
    """What `workspace.fetch` finds."""
    return FakeWeb()


@pytest.fixture
def workspace(
    store: Store,
    asset_folder: Path,
    publisher: FakePublisher,
    notifier: FakeNotifier,
    enqueue: FakeEnqueue,
    outside: FakeWeb,
) -> Workspace:
    return Workspace(
        store=store,
        asset_folder=asset_folder,
        publishers={publisher.platform: publisher},
        media_store=FakeMediaStore(),
        local_media=FakeMediaStore("local"),
        text_model=NoModel(),
        fallback_text_model=NoModel(),
        image_model=NoModel(),
        notifier=lambda: notifier,
        enqueue=enqueue,
        fetch=outside.fetch,
        rules=Rules(store_pauses=(timedelta(), timedelta())),
    )


@pytest.fixture
def app(workspace: Workspace) -> FastAPI:
    return create_app(workspace, language=Language.KO, own_url="http://testserver", passwords=makers.CHEAP)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A stranger: not signed in, a program that asks for no language."""
    with TestClient(app) as stranger:
        yield stranger


@pytest.fixture
def sign_in(app: FastAPI, store: Store) -> Iterator[SignIn]:
    """Gives a person a browser that is signed in."""
    browsers: list[TestClient] = []

    def signed_in(user: User) -> TestClient:
        browser = TestClient(app, cookies={COOKIE: makers.make_session(store, user)})
        browsers.append(browser)
        return browser

    yield signed_in
    for browser in browsers:
        browser.close()


@pytest.fixture
def alice(store: Store, sign_in: SignIn) -> TestClient:
    """The owner's browser."""
    return sign_in(makers.make_user(store, "Alice", Role.OWNER))


@pytest.fixture
def bob(store: Store, sign_in: SignIn) -> TestClient:
    """An editor's browser."""
    return sign_in(makers.make_user(store, "Bob", Role.EDITOR))


@pytest.fixture
def charlie(store: Store, sign_in: SignIn) -> TestClient:
    """An approver's browser."""
    return sign_in(makers.make_user(store, "Charlie", Role.APPROVER))


@pytest.fixture
def vera(store: Store, sign_in: SignIn) -> TestClient:
    """The browser of someone who only views."""
    return sign_in(makers.make_user(store, "Vera", Role.VIEWER))


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """A real browser; without one the test is skipped, or fails in CI.

    For each module anew: while it runs, no test of the same thread can have an event loop of its own.
    """
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()
