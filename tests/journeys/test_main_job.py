"""The main job from beginning to end, in both languages: a browser, the sandbox and `pressrun up`.

Issue 2, "Must show" 2 (S0.2–S0.7, S2.1, S2.10, S4.1, S4.5). The processes are real and so is their time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

import makers
from journeys import watching
from journeys.house import EMAIL, PASSWORD, Account, House, running_house

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SEOUL = ZoneInfo("Asia/Seoul")
SLOW = {"kind": "delay", "ms": 700}
"""Long enough for a person, and a test, to see a step go on."""


@dataclass(frozen=True)
class Words:
    """What a person reads and presses in one language."""

    language: str
    persona: str
    email: str
    sign_in: str
    make_login: str
    wrong: str
    topic: str
    begin: str
    review: str
    approve: str
    approved: str
    caption: str
    when: str
    now: str
    publish_now: str
    schedule: str
    change_time: str
    new_time: str
    save_time: str
    cancel: str
    stages: tuple[str, ...]
    statuses: tuple[str, str, str]
    published: str
    open_there: str
    past: str
    too_long: str
    broken: str
    suspended: str
    lift: str
    unknown: str
    address: str
    it_is_there: str
    it_is_not: str
    retry: str


KO = Words(
    language="ko-KR",
    persona="카페 하루",
    email="이메일",
    sign_in="로그인",
    make_login="로그인 만들고 시작하기",
    wrong="이메일이나 비밀번호가 맞지 않아요.",
    topic="주제",
    begin="시작하기",
    review="검토하기",
    approve="승인 a",
    approved="승인했어요.",
    caption="캡션",
    when="날짜와 시간",
    now="지금",
    publish_now="지금 게시",
    schedule="18:30 예약",
    change_time="시각 변경",
    new_time="새 시각",
    save_time="시각 저장",
    cancel="예약 취소",
    stages=("대본", "이미지", "게시"),
    statuses=("대기", "진행중", "완료"),
    published="게시됐어요",
    open_there="인스타그램 확인",
    past="이미 지난 시각이에요.",
    too_long="2,200자",
    broken="이미지 재생성 필요",
    suspended="페르소나 ‘카페 하루’ 계정 정지됨",
    lift="정지",
    unknown="게시됐는지 알 수 없어요",
    address="게시물 주소",
    it_is_there="올라가 있어요",
    it_is_not="올라가 있지 않아요",
    retry="지금 재시도",
)
EN = Words(
    language="en-GB",
    persona="Café Haru",
    email="E-mail",
    sign_in="Sign in",
    make_login="Make the login and begin",
    wrong="E-mail or password is not right.",
    topic="Topic",
    begin="Begin",
    review="Review it",
    approve="Approve a",
    approved="Approved.",
    caption="Caption",
    when="Date and time",
    now="Now",
    publish_now="Publish now",
    schedule="Schedule for 18:30",
    change_time="Change the time",
    new_time="New time",
    save_time="Save the time",
    cancel="Cancel the post",
    stages=("Script", "Images", "Publish"),
    statuses=("Waiting", "In progress", "Done"),
    published="It is published",
    open_there="Open on Instagram",
    past="That time has passed.",
    too_long="2,200",
    broken="Image must be made again",
    suspended="Account of persona ‘Café Haru’ suspended",
    lift="suspension",
    unknown="Nobody can tell whether it went out",
    address="Address of the post",
    it_is_there="It is there",
    it_is_not="It is not there",
    retry="Retry now",
)

Visit = Callable[..., "Page"]


@pytest.fixture(params=[KO, EN], ids=["ko", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return request.param


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    short = {"settle_seconds": 4, "confirm_seconds": "0,1", "posts_per_hour": 50}
    with running_house(tmp_path_factory.mktemp("journeys") / "house", **short) as built:
        built.people()
        built.slow_writer(2000)
        yield built


@pytest.fixture(autouse=True)
def _logs_on_failure(request: pytest.FixtureRequest, house: House) -> Iterator[None]:
    """What the processes said stands in the report of a test that failed."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        request.node.add_report_section("teardown", "processes", house.logs())


@pytest.fixture
def visit(chromium: "Browser", house: House) -> Iterator[Visit]:
    """Opens a page in a browser of its own, in one language. A script that breaks fails the test."""
    broken: list[str] = []
    contexts = []

    def visited(path: str, words: Words, *, at: House = house) -> "Page":
        context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale=words.language)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
        page.goto(at.url + path)
        return page

    expect.set_options(timeout=15_000)
    yield visited
    expect.set_options(timeout=5_000)
    for context in contexts:
        context.close()
    assert broken == []


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Two photos that no other post has."""
    files = [tmp_path / "latte.jpg", tmp_path / "window.jpg"]
    for file in files:
        file.write_bytes(makers.make_image(1080, 1080))
    return files


def sign_in(page: "Page", words: Words) -> "Page":
    page.get_by_label(words.email).fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=words.sign_in, exact=True).click()
    expect(page.locator(".side")).to_be_visible()
    return page


def choose(page: "Page", box: str) -> None:
    """Ticks a box as a person does: by the chip around it, once that stands still."""
    page.locator("label", has=page.locator(box)).click()
    expect(page.locator(box)).to_be_checked()


def compose(page: "Page", account: Account, words: Words, caption: str, pictures: list[Path]) -> None:
    choose(page, f'[data-account="{account.id}"]')
    page.get_by_label(words.caption, exact=False).first.fill(caption)
    page.set_input_files("#file", pictures)
    expect(page.locator("#media li[data-asset]")).to_have_count(len(pictures))


def local(days: int, clock: str) -> str:
    """A time of a coming day in Seoul, as the browser's field holds it."""
    return f"{datetime.now(SEOUL) + timedelta(days=days):%Y-%m-%d}T{clock}"


def test_an_empty_house_makes_its_first_owner_in_the_browser_s4_5(visit: Visit, tmp_path: Path) -> None:
    with running_house(tmp_path / "empty") as empty:
        for words in (KO, EN):
            page = visit("/queue", words, at=empty)
            expect(page).to_have_url(re.compile("/setup$"))
            page.get_by_label(words.email).fill("dora@example.com")
            page.locator("#password").fill("ten spaces" if words is EN else " ")
            page.locator("form.form").evaluate("form => { form.noValidate = true; }")
            page.get_by_role("button", name=words.make_login).click()
            if words is KO:
                expect(page.locator("#err-password")).to_contain_text("10자 이상")
        expect(page.locator(".side")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Today")
        page.goto(empty.url + "/setup")
        expect(page).to_have_url(empty.url + "/")


def test_a_wrong_login_is_told_without_saying_which_half_was_wrong_s4_5(visit: Visit, words: Words) -> None:
    page = visit("/runs", words)
    page.get_by_label(words.email).fill("nobody@example.com")
    page.locator("#password").fill("not this one")
    page.get_by_role("button", name=words.sign_in, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(words.wrong)
    sign_in(page, words)
    expect(page).to_have_url(re.compile("/runs$"))


def test_a_title_moves_through_its_stages_is_approved_and_published_s4_1(
    visit: Visit, house: House, words: Words
) -> None:
    account = house.new_account(words.persona, words.language[:2], approval="always")
    house.fault(account, SLOW, "", method="POST", times=None)
    page = sign_in(visit("/titles", words), words)
    page.get_by_label(words.topic).fill(f"{words.persona}, {account.handle}")
    choose(page, f'input[name="persona_id"][value="{account.persona_id}"]')
    page.get_by_role("button", name=words.begin, exact=True).click()
    expect(page).to_have_url(re.compile("/runs/"))
    watching.stages(page)
    expect(page.locator("#stages").get_by_role("link", name=words.review)).to_be_visible()
    assert house.published(account) == []

    desk = page.context.new_page()
    review = page.locator("#stages").get_by_role("link", name=words.review)
    desk.goto(house.url + str(review.get_attribute("href")))
    caption = desk.get_by_label(words.caption).first.input_value()
    desk.get_by_role("button", name=words.approve).click()
    expect(desk.locator("#notices")).to_contain_text(words.approved)

    published = page.locator("#artefacts a[href*='/feed/'], #artefacts a[target=_blank][href*='/p/']").first
    expect(published).to_be_visible()
    expect(page.locator("#run-facts .status")).to_contain_text(words.statuses[2])
    seen = watching.seen(page)
    script, images, publish = words.stages
    assert watching.comes_in_order(
        seen,
        *((script, "running"), (script, "done"), (images, "done")),
        *((publish, "attention"), (publish, "running"), (publish, "done")),
    ), seen
    with page.expect_popup() as opened:
        published.click()
    expect(opened.value.locator("body")).to_contain_text(caption.splitlines()[0])
    (there,) = house.published(account)
    assert caption.splitlines()[0] in there["text"]


def test_a_post_with_two_images_is_scheduled_found_moved_and_another_cancelled_s0_4_s0_5(
    visit: Visit, house: House, words: Words, pictures: list[Path]
) -> None:
    account = house.new_account(words.persona, words.language[:2])
    page = sign_in(visit("/compose", words), words)
    for caption in (f"kept {account.handle}", f"called off {account.handle}"):
        compose(page, account, words, caption, pictures)
        page.get_by_label(words.when).fill(local(1, "18:30"))
        page.get_by_role("button", name=words.schedule).click()
        expect(page.locator("#jobs [data-job]", has_text=caption)).to_be_visible()
    kept = page.locator("#jobs [data-job]", has_text=f"kept {account.handle}")
    other = page.locator("#jobs [data-job]", has_text=f"called off {account.handle}")
    expect(kept.locator(".thumb .n")).to_have_text("2")
    expect(kept.locator("time")).to_contain_text("18:30")
    kept.locator("summary", has_text=words.change_time).click()
    kept.get_by_label(words.new_time).fill(local(2, "09:15"))
    kept.get_by_role("button", name=words.save_time).click()
    expect(kept.locator("time")).to_contain_text("09:15")
    other.locator("summary", has_text=words.cancel).click()
    other.get_by_role("button", name=words.cancel).click()
    expect(other).to_have_count(0)
    expect(kept).to_have_count(1)
    jobs = house.api.get("/api/workflow/scheduled-jobs").json()["jobs"]
    ours = {job["status"]: job["scheduled_publish_time"] for job in jobs if job["account_id"] == account.id}
    moved = datetime.fromisoformat(local(2, "09:15")).replace(tzinfo=SEOUL)
    assert sorted(ours) == ["cancelled", "scheduled"]
    assert datetime.fromisoformat(ours["scheduled"]) == moved
    assert house.published(account) == []


def test_publishing_now_passes_the_six_stages_in_the_dialog_s0_3_s0_6(
    visit: Visit, house: House, words: Words, pictures: list[Path]
) -> None:
    account = house.new_account(words.persona, words.language[:2])
    house.fault(account, SLOW, "", method="POST", times=None)
    page = sign_in(visit("/compose", words), words)
    compose(page, account, words, f"two photos {account.handle}", pictures)
    page.locator(".when-card label", has_text=words.now).click()
    watching.steps(page)
    page.get_by_role("button", name=words.publish_now, exact=True).click()
    dialog = page.locator("#publishing")
    expect(dialog.locator('[data-step="carousel"]')).to_have_attribute("data-s", "running")
    expect(dialog.locator("[data-title]")).to_have_text(words.published)
    expect(dialog.locator("[data-percent]")).to_have_text("100%")
    seen = watching.seen(page)
    steps = ("upload", "container", "carousel", "polling", "publish")
    begun_and_ended = [(step, state) for step in steps for state in ("running", "done")]
    assert watching.comes_in_order(seen, *begun_and_ended, ("done", "done")), seen
    for step in steps:
        expect(dialog.locator(f'[data-step="{step}"] small')).not_to_be_empty()
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name=words.open_there).click()
    expect(opened.value.locator("body")).to_contain_text(f"two photos {account.handle}")
    assert len(house.published(account)) == 1


def test_a_refused_draft_says_what_is_wrong_under_each_field_s0_7(
    visit: Visit, house: House, words: Words, pictures: list[Path], tmp_path: Path
) -> None:
    account = house.new_account(words.persona, words.language[:2])
    page = sign_in(visit("/compose", words), words)
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(makers.make_image(1080, 1080)[:900])
    page.set_input_files("#file", torn)
    expect(page.locator("#err-asset_ids")).to_contain_text(words.broken)
    compose(page, account, words, "가" * 2201, pictures[:1])
    page.get_by_label(words.when).fill("2020-01-01T18:30")
    page.get_by_role("button", name=words.schedule).click()
    expect(page.locator("#err-at")).to_contain_text(words.past)
    expect(page.locator("#at")).to_have_attribute("aria-invalid", "true")
    page.get_by_label(words.when).fill(local(1, "18:30"))
    page.get_by_role("button", name=words.schedule).click()
    expect(page.locator("#err-caption")).to_contain_text(words.too_long)
    expect(page.locator("#caption")).to_be_focused()
    assert house.api.get(f"/api/posts?account_id={account.id}").json()["items"] == []


def test_the_dialog_says_what_failed_and_what_to_do_s0_6_s0_7_s2_8(
    visit: Visit, house: House, words: Words, pictures: list[Path]
) -> None:
    account = house.new_account(words.persona, words.language[:2])
    house.put(account, account="suspended")
    page = sign_in(visit("/compose", words), words)
    compose(page, account, words, f"suspended {account.handle}", pictures[:1])
    page.locator(".when-card label", has_text=words.now).click()
    page.get_by_role("button", name=words.publish_now, exact=True).click()
    trouble = page.locator("#publishing").get_by_role("alert")
    expect(trouble).to_contain_text(words.suspended)
    expect(trouble).to_contain_text(words.lift)
    expect(page.locator('#publishing [data-s="failed"][data-step]')).to_have_count(1)
    assert house.published(account) == []


def test_a_row_of_the_queue_follows_its_post_without_a_reload_s2_1(
    visit: Visit, house: House, words: Words, pictures: list[Path]
) -> None:
    account = house.new_account(words.persona, words.language[:2])
    house.fault(account, SLOW, "", method="POST", times=None)
    post_id = house.publish(account, pictures[0], "followed", at=local(1, "11:00"))
    page = sign_in(visit(f"/queue?persona_id={account.persona_id}", words), words)
    waiting, running, done = words.statuses
    row = page.locator(f"#post-{post_id}")
    expect(row.locator(".slot .status")).to_contain_text(waiting)
    page.evaluate("window.isTheSamePage = true")
    assert house.api.post(f"/api/posts/{post_id}/publish-now").is_success
    expect(row.locator(".slot .status")).to_contain_text(running)
    expect(row.locator(".slot .status")).to_contain_text(done)
    expect(row.get_by_role("link", name=words.open_there)).to_be_visible()
    assert page.evaluate("window.isTheSamePage") is True


def test_a_post_nobody_can_find_asks_and_takes_either_answer_s2_10(
    visit: Visit, house: House, words: Words, pictures: list[Path]
) -> None:
    lost = [house.new_account(words.persona, words.language[:2]) for _ in range(2)]
    for account in lost:
        house.fault(account, {"kind": "drop_after"}, "media_publish", method="POST")
    posts = [house.publish(each, pictures[0], f"lost {each.handle}") for each in lost]
    for account, post_id in zip(lost, posts, strict=True):
        house.waits_for(post_id, "confirming")
        house.put(account, hidden=True)
        house.fault(account, {"kind": "answer", "status": 500}, "", method="GET", times=None)
    for post_id in posts:
        house.waits_for(post_id, "unconfirmed")
    page = sign_in(visit(f"/posts/{posts[0]}", words), words)
    expect(page.get_by_role("alert")).to_contain_text(words.unknown)
    (there,) = house.published(lost[0])
    page.get_by_label(words.address).fill(there["permalink"])
    page.get_by_role("button", name=words.it_is_there).click()
    expect(page.locator("#post-body .notice")).to_contain_text(words.published)
    expect(page.get_by_role("link", name=words.open_there)).to_have_attribute("href", there["permalink"])
    page.goto(f"{house.url}/posts/{posts[1]}")
    page.get_by_role("button", name=words.it_is_not).click()
    expect(page.get_by_role("button", name=words.retry)).to_be_visible()
    assert [
        house.waits_for(post_id, status)["id"]
        for post_id, status in zip(posts, ("published", "failed"), strict=True)
    ]
    assert [len(house.published(account)) for account in lost] == [1, 1]
