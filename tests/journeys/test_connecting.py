"""Connecting accounts in the browser, against the sandbox's consent pages (issue 3, item 4; S2.7, S2.12).

The browser, the sandbox and `pressrun up` are real. Only several accounts at one login are given by a double.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

import makers
from fakes import FakePublisher, FakeSignIn
from journeys.house import House, running_house
from journeys.test_main_job import KO, sign_in
from pressrun.actions import apps
from pressrun.actions.base import Workspace
from pressrun.connectors.base import App
from pressrun.store.database import Store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from journeys.conftest import OpenPage

pytestmark = pytest.mark.browser

SPACING_SECONDS = 3


@dataclass(frozen=True)
class Way:
    """A platform and a way to sign in there, with the words of its buttons."""

    platform: str
    connect: str
    choose: str = ""
    options: tuple[tuple[str, str], ...] = ()
    lasts: str = "자동 갱신"

    def __str__(self) -> str:
        return f"{self.platform} {self.choose}".strip()


WAYS = (
    Way("instagram", "Instagram 연결", "Facebook 로그인", (("login", "facebook"),), "만료 없음"),
    Way("instagram", "Instagram 연결", "Instagram 로그인", (("login", "instagram"),), "토큰 59일 남음"),
    Way("youtube", "YouTube 연결"),
    Way("x", "X 연결"),
)
X = WAYS[-1]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = {
        "language": "ko",
        "min_lead_seconds": 0,
        "arm_seconds": 1,
        "backlog_spacing_seconds": SPACING_SECONDS,
        "settle_seconds": 6,
        "confirm_seconds": "0,2,4",
    }
    with running_house(tmp_path_factory.mktemp("connecting"), **settings) as built:
        built.people()
        yield built


@pytest.fixture
def page(chromium: "Browser", house: House) -> Iterator["Page"]:
    """A signed-in browser; a script that breaks or a policy that is broken fails the test."""
    broken: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale=KO.language)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
    expect.set_options(timeout=30_000)
    opened.goto(house.url + "/accounts")
    yield sign_in(opened, KO)
    expect.set_options(timeout=5_000)
    context.close()
    assert broken == []


def make_persona(page: "Page", house: House, name: str) -> "Page":
    """A persona made in the browser, and its card."""
    page.goto(house.url + "/accounts/personas/new")
    page.get_by_label("이름").fill(name)
    page.get_by_label("말투").fill("다정하게")
    page.get_by_role("button", name="페르소나 만들기").click()
    expect(page.get_by_text("이어서 계정을 연결해 주세요")).to_be_visible()
    return page


def go_to_consent(page: "Page", persona: str, way: Way) -> None:
    card = page.get_by_role("region", name=persona)
    if way.choose:
        card.locator("summary", has_text=way.connect).click()
        card.get_by_role("button", name=way.choose).click()
    else:
        card.get_by_role("button", name=way.connect).click()
    expect(page.get_by_role("button", name="허용")).to_be_visible()


def allow(page: "Page", *outside_ids: str) -> None:
    page.locator('[name="account_id"]').select_option(list(outside_ids))
    page.get_by_role("button", name="허용").click()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_persona_is_made_and_its_account_connected(page: "Page", house: House, way: Way) -> None:
    outside_id, handle = house.stranger(way.platform, **dict(way.options))
    persona = f"연결 {handle}"
    make_persona(page, house, persona)
    go_to_consent(page, persona, way)
    allow(page, outside_id)

    expect(page.get_by_text("계정을 연결했어요")).to_be_visible()
    account = house.connected(handle)
    assert account.outside_id == outside_id
    row = page.locator(f"#account-{account.id}")
    expect(row).to_contain_text("정상")
    expect(row).to_contain_text(way.lasts)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_who_denies_is_told_kindly_and_connects_after_all(page: "Page", house: House, way: Way) -> None:
    outside_id, handle = house.stranger(way.platform, **dict(way.options))
    persona = f"망설임 {handle}"
    make_persona(page, house, persona)
    go_to_consent(page, persona, way)
    page.get_by_role("button", name="거부").click()

    expect(page.get_by_text("허용하지 않아서 연결하지 않았어요")).to_be_visible()
    page.get_by_role("button", name="다시 연결").click()
    allow(page, outside_id)
    expect(page.get_by_text("계정을 연결했어요")).to_be_visible()


def test_an_expired_sign_in_holds_the_posts_and_signing_in_lets_them_go_with_spacing(
    page: "Page", house: House
) -> None:
    outside_id, handle = house.stranger(X.platform)
    persona = f"만료 {handle}"
    make_persona(page, house, persona)
    go_to_consent(page, persona, X)
    allow(page, outside_id)
    expect(page.get_by_text("계정을 연결했어요")).to_be_visible()
    account = house.connected(handle)

    house.put(account, token="revoked")
    soon = datetime.now(UTC) + timedelta(seconds=3)
    later = [(soon + timedelta(seconds=seconds)).isoformat() for seconds in (0, 40, 41, 42)]
    posts = [house.says(account, f"소식 {n} {handle}", at=at) for n, at in enumerate(later)]
    row = page.locator(f"#account-{account.id}")
    # Nobody touches the page: it hears of it.
    expect(row).to_contain_text("재인증 필요")
    held = [house.waits_for(post, "held") for post in posts[1:]]
    assert {post["status_reason"] for post in held} == {"needs_reauth"}
    assert house.published(account) == []
    # Until all of them are late: what is still to come keeps its time.
    late = datetime.fromisoformat(later[-1]) - datetime.now(UTC)
    page.wait_for_timeout(max(0, late.total_seconds() * 1000))

    row.get_by_role("button", name="재인증").click()
    allow(page, outside_id)

    expect(page.get_by_text("계정을 다시 연결했어요")).to_be_visible()
    out = [house.waits_for(post, "published") for post in posts]
    times = sorted(datetime.fromisoformat(post["ready_at"]) for post in out[1:])
    assert all((b - a).total_seconds() >= SPACING_SECONDS for a, b in pairwise(times))
    assert len(house.published(account)) == len(posts)


def test_a_login_with_several_pages_connects_those_that_are_ticked(page: "Page", house: House) -> None:
    facebook = WAYS[0]
    there = [house.stranger(facebook.platform, login="facebook") for _ in range(3)]
    persona = f"여러 계정 {there[0][1]}"
    make_persona(page, house, persona)
    go_to_consent(page, persona, facebook)
    allow(page, *(outside_id for outside_id, _ in there))

    expect(page.get_by_text("이 로그인에는 계정이 여러 개예요")).to_be_visible()
    for _, handle in there[:2]:
        page.get_by_label(re.compile(re.escape(handle.removeprefix("@")))).check()
    page.get_by_role("button", name="고른 계정 연결").click()

    expect(page.get_by_text("계정들을 연결했어요")).to_be_visible()
    expect(page.get_by_role("region", name=persona).locator(".row")).to_have_count(2)


class Several(FakeSignIn):
    """A platform that asks nothing and gives the accounts it was made with."""

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        return f"{redirect_uri}?{urlencode({'state': state, 'code': 'haru,tea,desk'})}#_"


@pytest.mark.parametrize("width", [1280, 390])
def test_of_several_accounts_the_ticked_ones_are_connected(
    open_page: "OpenPage", workspace: Workspace, store: Store, publisher: FakePublisher, width: int
) -> None:
    publisher.sign_ins = (Several(),)
    apps.save(workspace, "instagram", "facebook", client_id="1", client_secret="s")
    makers.make_persona(store, "하루")
    makers.make_account(store, makers.make_persona(store, "Night Desk"), external_id="id-of-desk")
    page = open_page("/accounts", makers.make_user(store, "Bob"), width=width)
    page.get_by_role("region", name="하루").get_by_role("button", name="Instagram 연결").click()
    expect(page.get_by_text("이미 페르소나 ‘Night Desk’에 연결돼 있어요")).to_be_visible()
    assert page.get_by_label(re.compile("@desk")).is_disabled()
    page.get_by_label(re.compile("@haru")).check()
    page.get_by_label(re.compile("@tea")).check()
    page.get_by_role("button", name="고른 계정 연결").click()
    expect(page.get_by_text("계정들을 연결했어요")).to_be_visible()
    expect(page.get_by_role("region", name="하루").locator(".row")).to_have_count(2)
