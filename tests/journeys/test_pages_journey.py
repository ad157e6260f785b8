"""Stories in a real browser: login, queue, composer, progress, live pages (S0.5, S0.6, S2.1, S2.2, S4.5)."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import makers
from fakes import FakeMediaStore
from journeys.conftest import OpenPage
from pressrun.actions.base import Workspace
from pressrun.domain.failures import Answer, Misconfigured
from pressrun.domain.post import PostEvent, PostStatus
from pressrun.store import posts, schema
from pressrun.store.database import Store

pytestmark = pytest.mark.browser


def publish(store: Store, post_id: str, *events: PostEvent, **changes: Any) -> None:
    with store.transaction() as tx:
        post = posts.get(tx, post_id)
        for event in events:
            last = changes if event is events[-1] else {}
            post = posts.change(tx, post, event, **last)


def stage(store: Store, post_id: str, name: str) -> None:
    with store.transaction() as tx:
        tx.append(f"post:{post_id}", "stage.started", {"stage": name, "number": 1})


def test_a_person_signs_in_and_lands_where_they_were_going(open_page: OpenPage, store: Store) -> None:
    makers.make_user(store)
    page = open_page("/queue?status=waiting")
    page.get_by_label("이메일").fill("alice@example.com")
    page.locator("#password").fill("wrong")
    page.get_by_role("button", name="보기").click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="로그인").click()
    expect(page.get_by_role("alert")).to_contain_text("이메일이나 비밀번호가 맞지 않아요.")
    page.locator("#password").fill(makers.PASSWORD)
    page.get_by_role("button", name="로그인").click()
    expect(page).to_have_url(re.compile(r"/queue\?status=waiting$"))


def test_the_queue_is_worked_with_the_keyboard_alone(open_page: OpenPage, store: Store) -> None:
    user = makers.make_user(store)
    first = makers.make_post(store, due_at=store.clock.now() + timedelta(minutes=10))
    second = makers.make_post(store, due_at=store.clock.now() + timedelta(minutes=20))
    page = open_page("/queue", user)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#post-{second.id} .t")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(f"#post-{first.id} .t")).to_be_focused()
    page.keyboard.press("e")
    field = page.locator(f"#post-{first.id} input[type=datetime-local]")
    expect(field).to_be_focused()
    field.fill("2026-11-20T20:00")
    field.press("Enter")
    expect(page.locator(f"#post-{first.id} time")).to_have_text("20:00")
    page.keyboard.press("Escape")
    page.locator(f"#post-{second.id} .t").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/posts/{second.id}$"))


def test_a_row_changes_by_itself_while_its_post_is_published(open_page: OpenPage, store: Store) -> None:
    user, post = makers.make_user(store), makers.make_post(store)
    page = open_page("/queue", user)
    row = page.locator(f"#post-{post.id}")
    expect(row.locator(".status")).to_contain_text("대기")
    publish(store, post.id, PostEvent.ARMED, PostEvent.STARTED)
    expect(row.locator(".status")).to_contain_text("진행중")
    publish(
        store,
        post.id,
        PostEvent.PUBLISHED,
        published_at=store.clock.now(),
        permalink="https://example.com/p/1",
    )
    expect(row.locator(".status")).to_contain_text("완료")
    expect(row.get_by_role("link", name="인스타그램 확인")).to_have_attribute(
        "href", "https://example.com/p/1"
    )
    expect(page.locator("#progress .log")).to_contain_text("성공! 포스트 ID")


def test_a_row_that_a_person_works_in_is_left_alone(open_page: OpenPage, store: Store) -> None:
    user, post = makers.make_user(store), makers.make_post(store)
    page = open_page("/queue", user)
    row = page.locator(f"#post-{post.id}")
    row.locator("summary", has_text="스케줄 수정").click()
    row.locator("input[type=datetime-local]").fill("2026-11-20T23:15")
    publish(store, post.id, PostEvent.ARMED)
    expect(page.locator("#progress")).to_contain_text("0 / 1")
    expect(row.locator("input[type=datetime-local]")).to_have_value("2026-11-20T23:15")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    expect(row.locator(".status")).to_contain_text("진행중")


def test_a_post_is_scheduled_moved_and_called_off_in_the_composer(
    open_page: OpenPage, store: Store, tmp_path: Path
) -> None:
    user = makers.make_user(store)
    account = makers.make_account(store, makers.make_persona(store, "카페 하루"))
    makers.make_account(store)
    picture = tmp_path / "latte.jpg"
    picture.write_bytes(makers.make_image())
    page = open_page("/compose", user)
    page.locator("label.pick-chip", has_text=f"@{account.handle}").click()
    page.get_by_label("캡션").fill("비 오는 금요일")
    page.get_by_label("해시태그").fill("#카페 #비")
    page.set_input_files("#file", picture)
    expect(page.locator("#media li[data-asset]")).to_have_count(1)
    page.get_by_label("날짜와 시간").fill("2020-01-01T10:00")
    page.get_by_role("button", name="10:00 예약").click()
    expect(page.locator("#err-at")).to_contain_text("이미 지난 시각이에요.")
    expect(page.locator("#at")).to_be_focused()
    page.get_by_label("날짜와 시간").fill("2026-11-21T18:30")
    page.get_by_role("button", name="18:30 예약").click()
    job = page.locator("#jobs [data-job]")
    expect(job).to_contain_text("비 오는 금요일")
    expect(job.locator("time")).to_have_text("11월 21일 18:30")
    job.locator("summary", has_text="시각 변경").click()
    job.get_by_label("새 시각").fill("2026-11-22T09:00")
    job.get_by_role("button", name="시각 저장").click()
    expect(job.locator("time")).to_have_text("11월 22일 09:00")
    job.locator("summary", has_text="예약 취소").click()
    job.get_by_role("button", name="예약 취소").click()
    expect(job).to_have_count(0)


def test_where_the_media_store_refuses_publishing_now_is_offered_and_works(
    open_page: OpenPage, workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    """S0.7, S2.9: the reason is shown, the draft stays, and the local file goes out."""
    chosen = workspace.media_store
    assert isinstance(chosen, FakeMediaStore)
    chosen.failures = [Misconfigured(answer=Answer(status=401, message="unknown key")) for _ in range(2)]
    user = makers.make_user(store)
    makers.make_account(store, makers.make_persona(store, "카페 하루"))
    picture = tmp_path / "latte.jpg"
    picture.write_bytes(makers.make_image())
    page = open_page("/compose", user)
    page.get_by_label("캡션").fill("비 오는 금요일")
    page.set_input_files("#file", picture)
    expect(page.locator("#media li[data-asset]")).to_have_count(1)
    page.get_by_label("날짜와 시간").fill("2026-11-21T18:30")
    page.get_by_role("button", name="18:30 예약").click()
    notice = page.locator("#scheduling-failed")
    expect(notice).to_contain_text("예약하지 못했어요. 작성한 내용은 그대로 있어요.")
    expect(notice).to_contain_text("fake: misconfigured: 401 unknown key")
    expect(page.get_by_label("캡션")).to_have_value("비 오는 금요일")
    notice.get_by_role("button", name="지금 게시").click()
    expect(page.locator("#publishing")).to_be_visible()
    with store.read() as tx:
        (card,) = posts.cards(tx, posts.PostFilter())
    page.goto(page.url.replace("/compose", f"/posts/{card.post.id}"))
    expect(page.locator(".trail")).to_contain_text("미디어 저장소를 쓸 수 없어 로컬 파일을 써요")


def test_publishing_now_shows_each_step_until_it_is_done(
    open_page: OpenPage, store: Store, tmp_path: Path
) -> None:
    user, account = makers.make_user(store), makers.make_account(store)
    picture = tmp_path / "latte.jpg"
    picture.write_bytes(makers.make_image())
    page = open_page("/compose", user)
    expect(page.locator(f'[data-account="{account.id}"]')).to_be_checked()
    page.set_input_files("#file", picture)
    expect(page.locator("#media li[data-asset]")).to_have_count(1)
    page.locator(".when-card label", has_text="지금").click()
    page.get_by_role("button", name="지금 게시").click()
    dialog = page.locator("#publishing")
    expect(dialog.get_by_role("button", name="닫고 계속하기")).to_be_focused()
    with store.read() as tx:
        post = posts.cards(tx, posts.PostFilter())[0].post
    expect(dialog.locator('[data-step="carousel"]')).to_be_hidden()
    publish(store, post.id, PostEvent.ARMED, PostEvent.STARTED)
    stage(store, post.id, "upload")
    expect(dialog.locator('[data-step="upload"]')).to_have_attribute("data-s", "running")
    stage(store, post.id, "container")
    expect(dialog.locator('[data-step="upload"]')).to_have_attribute("data-s", "done")
    stage(store, post.id, "publish")
    with store.transaction() as tx:
        links = {"external_id": "17841", "permalink": "https://example.com/p/1"}
        note = dict(links)
        posts.change(tx, posts.get(tx, post.id), PostEvent.PUBLISHED, note=note, published_at=tx.now, **links)
    expect(dialog.locator("[data-title]")).to_have_text("게시됐어요")
    expect(dialog.locator("[data-percent]")).to_have_text("100%")
    expect(dialog.get_by_role("link", name="인스타그램 확인")).to_have_attribute("href", links["permalink"])
    dialog.get_by_role("button", name="닫고 계속하기").click()
    expect(dialog).to_be_hidden()


def test_theme_and_language_change_at_once_and_stay(open_page: OpenPage, store: Store) -> None:
    page = open_page("/", makers.make_user(store))
    side = page.locator(".side")
    with page.expect_response("**/settings/theme"):
        side.get_by_role("button", name="어둡게").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    side.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_page_is_wider_than_its_window(open_page: OpenPage, store: Store, width: int) -> None:
    user = makers.make_user(store)
    persona = makers.make_persona(store, "아주아주 긴 이름을 가진 페르소나의 이야기")
    account = makers.make_account(store, persona, handle="a.handle.that.is.really.very.long.indeed")
    content = makers.make_content(store, persona, caption="가" * 400)
    post = makers.make_post(store, account, content=content)
    with store.transaction() as tx:
        held = {"status": PostStatus.HELD.value, "status_reason": "needs_reauth"}
        tx.execute(schema.post.update().where(schema.post.c.id == post.id).values(held))
    page = open_page("/", user, width=width)
    paths = ("/", "/queue", "/compose", "/titles", "/runs", "/accounts", "/approvals", f"/posts/{post.id}")
    for path in paths:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
