"""axe-core finds nothing serious on any page: day and night, both languages, desktop and phone (WCAG 2.2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

import makers
from journeys import axe
from journeys.conftest import Site
from pressrun.domain import failures
from pressrun.domain.post import PostStatus
from pressrun.domain.run import RunStatus, Stage
from pressrun.store import runs
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


_OPEN = """async (dialog) => {
  dialog.showModal();
  await Promise.allSettled(dialog.getAnimations().map((each) => each.finished));
}"""


@dataclass(frozen=True)
class Inspector:
    """Opens pages by day and by night and has axe look at them."""

    page: "Page"
    url: str
    script: str

    def wrong(self, path: str, dialog: str = "") -> list[str]:
        """What is wrong with one page, or one of its dialogs; by night only the colours are others."""
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.goto(self.url + path)
            if dialog:
                self.page.locator(f"#{dialog}").evaluate(_OPEN)
            self.page.evaluate(self.script)
            looked = axe.violations(self.page, colours_only=scheme == "dark")
            found.extend(f"{path} {dialog} ({scheme}) {each}" for each in looked)
        return found


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
    stranger = Inspector(open_look(None), site.url, axe_script)
    wrong = stranger.wrong("/setup")
    user = makers.make_user(store)
    wrong += stranger.wrong("/login?next=/queue")
    member = Inspector(open_look(user), site.url, axe_script)
    wrong += member.wrong("/")
    for path in (*PAGES, *fill(store)):
        wrong += member.wrong(path)
    for dialog in ("more", "keys", "publishing"):
        wrong += member.wrong("/compose", dialog)
    assert not wrong, "\n".join(wrong)
