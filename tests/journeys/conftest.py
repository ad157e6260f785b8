"""A served application for a real browser; the clock stands where the test puts it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

import databases
import makers
from pressrun.actions.base import Workspace
from pressrun.domain.persona import Language
from pressrun.store.database import Store
from pressrun.store.users import User
from pressrun.web import pages
from pressrun.web.app import create_app
from pressrun.web.auth import COOKIE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Site:
    """Where the application is served."""

    url: str


OpenPage = Callable[..., "Page"]


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    return databases.sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def site(workspace: Workspace) -> Iterator[Site]:
    with contextlib.closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        app = create_app(
            workspace,
            language=Language.KO,
            own_url=url,
            passwords=makers.CHEAP,
            routers=pages.ROUTERS,
            error_page=pages.error_page,
        )
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield Site(url)
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def open_page(chromium: "Browser", site: Site, store: Store) -> Iterator[OpenPage]:
    """A page as a person sees it; without a user it is a stranger's. A script that breaks fails the test."""
    broken: list[str] = []
    contexts = []

    def opened(path: str, user: User | None = None, *, width: int = 1280, language: str = "ko-KR") -> "Page":
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale=language)
        contexts.append(context)
        if user is not None:
            cookie = makers.make_session(store, user)
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": site.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
        page.goto(site.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert broken == []
