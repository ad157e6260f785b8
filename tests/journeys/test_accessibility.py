"""axe-core finds nothing serious on any page: light and dark, both languages, desktop and phone (WCAG 2.2)."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

import makers
from journeys import axe
from journeys.conftest import Site
from pressrun.actions import titles
from pressrun.actions.base import Workspace
from pressrun.domain import failures
from pressrun.domain.post import PostStatus
from pressrun.domain.run import RunStatus, Stage
from pressrun.store import notifications, runs
from pressrun.store.database import Store
from pressrun.store.users import User
from pressrun.web.auth import COOKIE
from web.pages.test_every_page import PAGES, post_in
from web.pages.test_making_pages import started, submitted

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1440, 1000), "phone": (390, 844)}
LANGUAGES = {"ko": "ko-KR", "en": "en-GB"}

OpenLook = Callable[[User | None], "Page"]


@pytest.fixture(scope="session")
def axe_script() -> str:
    return axe.script()


@pytest.fixture
def open_look(
    chromium: "Browser", site: Site, store: Store, size: tuple[int, int], language: str
) -> Iterator[OpenLook]:
    """A window of one size in one language, signed in or not."""
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale=language, reduced_motion="reduce"
    )

    def opened(user: User | None) -> "Page":
        if user is not None:
            cookie = makers.make_session(store, user)
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": site.url}])
        return context.new_page()

    yield opened
    context.close()


def looked_at(page: "Page", script: str, name: str) -> list[str]:
    """What is wrong with the page as it stands, by day and by night."""
    page.evaluate(script)
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
        wrong.extend(f"{name} ({scheme}) {each}" for each in axe.violations(page))
    return wrong


def fill(store: Store) -> list[str]:
    """Something of everything; answers the addresses of what has a page of its own."""
    posts = [post_in(store, status) for status in PostStatus]
    content = submitted(store, asset_ids=(makers.make_asset(store).id,))
    failed, ongoing = started(store), started(store)
    failure = failures.Transient(answer=failures.Answer(status=500))
    with store.transaction() as tx:
        ongoing = runs.change(tx, ongoing, RunStatus.SCRIPT_PROCESSING)
        runs.begin_stage(tx, ongoing, Stage.SCRIPT)
        failed = runs.change(tx, failed, RunStatus.SCRIPT_PROCESSING)
        runs.begin_stage(tx, failed, Stage.SCRIPT)
        runs.fail_stage(tx, failed, Stage.SCRIPT, failure)
        runs.change(tx, failed, RunStatus.FAILED, failed_stage="script", failure=failures.to_json(failure))
    own = (f"/approvals/{content.id}", f"/runs/{failed.id}", f"/runs/{ongoing.id}", "/nowhere")
    return [*own, *(f"/posts/{post_id}" for post_id in posts)]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_axe_finds_nothing_serious_on_any_page(
    open_look: OpenLook, site: Site, store: Store, axe_script: str
) -> None:
    page = open_look(None)
    wrong: list[str] = []
    page.goto(site.url + "/setup")
    wrong += looked_at(page, axe_script, "/setup")
    user = makers.make_user(store)
    page.goto(site.url + "/login?next=/queue")
    wrong += looked_at(page, axe_script, "/login")
    page.close()
    page = open_look(user)
    page.goto(site.url)
    wrong += looked_at(page, axe_script, "/ (new)")
    for path in (*PAGES, *fill(store)):
        page.goto(site.url + path)
        wrong += looked_at(page, axe_script, path)
    for dialog in ("more", "keys", "publishing"):
        page.goto(site.url + "/compose")
        page.evaluate("(name) => document.getElementById(name).showModal()", dialog)
        wrong += looked_at(page, axe_script, f"#{dialog}")
    assert wrong == []
