"""The failure screen worked through in a real browser: each cause with its cure, nothing lost (S2.4)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

import makers
from journeys.conftest import OpenPage
from pressrun.domain import failures
from pressrun.domain.post import PostStatus
from pressrun.store import posts
from pressrun.store.database import Store
from pressrun.store.posts import Post
from web.pages.test_failures_page import troubled

pytestmark = pytest.mark.browser


def read(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def test_each_cause_is_worked_off_until_nothing_has_failed(open_page: OpenPage, store: Store) -> None:
    refused = [troubled(store, failures.Refused()) for _ in range(3)]
    broken = [troubled(store, failures.MediaBroken(which=1)) for _ in range(2)]
    silent = troubled(store, failures.Transient())
    page = open_page("/failures", makers.make_user(store))
    expect(page.locator(".chips .chip").first).to_have_text("전체6")

    page.locator(f"#post-{silent.id}").get_by_role("button", name="1시간 뒤").click()
    expect(page.locator(f"#post-{silent.id}")).to_have_count(0)
    again = read(store, silent)
    assert (again.status, again.ready_at) == (
        PostStatus.SCHEDULED,
        store.clock.now() + timedelta(hours=1),
    )

    media = page.locator("section", has=page.get_by_role("heading", name="이미지 재생성 필요"))
    media.get_by_role("button", name="2건 포기").click()
    expect(page.locator("#given-up li")).to_have_count(2)
    page.locator("#given-up").get_by_role("button", name="되돌리기").first.click()
    expect(page.locator("#given-up li")).to_have_count(1)
    assert sorted(read(store, post).status for post in broken) == ["failed", "given_up"]

    group = page.locator("section", has=page.get_by_role("heading", name="플랫폼이 게시물을 거절했어요."))
    whole = group.locator("form", has_text="3건 다시 시도")
    whole.get_by_role("button", name="30분 뒤").click()
    expect(group).to_have_count(0)
    due = store.clock.now() + timedelta(minutes=30)
    assert {(each.status, each.ready_at) for each in (read(store, post) for post in refused)} == {
        (PostStatus.SCHEDULED, due)
    }

    page.locator("main").get_by_role("button", name="지금").click()
    expect(page.get_by_text("실패한 게시물이 없어요")).to_be_visible()


def test_all_causes_are_retried_at_once_and_an_open_outcome_asks_instead(
    open_page: OpenPage, store: Store
) -> None:
    failed = [troubled(store, failures.Refused()), troubled(store, failures.Transient())]
    open_one = troubled(store, failures.OutcomeUnknown(), PostStatus.UNCONFIRMED)
    page = open_page("/failures", makers.make_user(store))

    whole = page.locator("form", has_text="2건 다시 시도")
    whole.get_by_role("button", name="지금").click()

    for post in failed:
        expect(page.locator(f"#post-{post.id}")).to_have_count(0)
        assert read(store, post).status is PostStatus.SCHEDULED
    row = page.locator(f"#post-{open_one.id}")
    expect(row.get_by_role("button", name="지금")).to_have_count(0)
    row.get_by_role("link", name="본 대로 알려 주기").click()
    expect(page.get_by_role("button", name="올라가 있지 않아요")).to_be_visible()
