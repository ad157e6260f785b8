"""The failure screen: one cause, one cure; retried or given up one by one, as a group, or all (S2.4)."""

import re

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

import makers
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.posts import Post
from web.pages.reading import HTML, submit


def troubled(
    store: Store,
    failure: Failure,
    status: PostStatus = PostStatus.FAILED,
    *,
    account: Account | None = None,
    reason: str | None = None,
) -> Post:
    post = makers.make_post(store, account)
    values = {"status": status.value, "status_reason": reason, "failure": failures.to_json(failure)}
    with store.transaction() as tx:
        tx.execute(sa.update(schema.post).where(schema.post.c.id == post.id).values(values))
        return posts.get(tx, post.id)


def statuses(store: Store, *found: Post) -> list[PostStatus]:
    with store.read() as tx:
        return [posts.get(tx, post.id).status for post in found]


def page_of(browser: TestClient, **query: str) -> str:
    return browser.get("/failures", params=query, headers=HTML).text


def test_nothing_failed_is_good_news(alice: TestClient) -> None:
    assert "실패한 게시물이 없어요" in page_of(alice)


def test_posts_are_grouped_by_their_reason_and_each_group_names_its_cure(
    alice: TestClient, store: Store
) -> None:
    for _ in range(2):
        troubled(store, failures.Refused(reason="refused"))
    troubled(store, failures.MediaBroken(which=3))
    text = page_of(alice)
    headings = re.findall(r"<h2 id=\"h-(?:media|refused)[^>]*>(.*?)</h2>", text)
    assert headings == ["이미지 재생성 필요. 3번째 파일을 쓸 수 없어요.", "플랫폼이 게시물을 거절했어요."]
    assert "이미지를 다시 만들거나 다른 파일로 바꿔 주세요." in text


def test_a_chip_narrows_the_list_to_one_reason(alice: TestClient, store: Store) -> None:
    broken, refused = troubled(store, failures.MediaBroken(which=1)), troubled(store, failures.Refused())
    video = troubled(store, failures.MediaBroken(which=1, is_video=True))
    text = page_of(alice, reason="media")
    assert [post.id in text for post in (broken, video, refused)] == [True, True, False]


def test_a_retry_by_itself_is_shown_with_its_time_and_needs_nobody(alice: TestClient, store: Store) -> None:
    troubled(store, failures.RateLimited(), PostStatus.RETRY_WAIT)
    assert "할 일은 없어요." in page_of(alice)


@pytest.mark.parametrize(
    ("failure", "reason", "status", "cure"),
    [
        (
            failures.AccountSuspended(),
            "account_suspended",
            AccountStatus.SUSPENDED,
            "계정 화면에서 다시 시작",
        ),
        (failures.LoginExpired(), "needs_reauth", AccountStatus.NEEDS_REAUTH, "다시 연결"),
    ],
)
def test_posts_of_a_blocked_account_lead_to_it_and_can_not_be_retried_here(
    alice: TestClient, store: Store, failure: Failure, reason: str, status: AccountStatus, cure: str
) -> None:
    account = makers.make_account(store)
    troubled(store, failure, PostStatus.HELD, account=account, reason=reason)
    with store.transaction() as tx:
        accounts.set_status(tx, account, status)
    text = page_of(alice)
    assert f'href="/accounts#account-{account.id}"' in text
    assert cure in text
    assert 'action="/failures/retry"' not in text


def test_a_whole_group_is_retried_and_one_that_refuses_stops_none(alice: TestClient, store: Store) -> None:
    blocked = makers.make_account(store)
    one, other = troubled(store, failures.Refused()), troubled(store, failures.Refused())
    stuck = troubled(store, failures.Refused(), account=blocked)
    with store.transaction() as tx:
        accounts.set_status(tx, blocked, AccountStatus.SUSPENDED)
    answer = submit(alice, "/failures/retry", post_id=[one.id, stuck.id, other.id], at="30m")
    assert answer.headers["location"] == "/failures"
    assert statuses(store, one, stuck, other) == [
        PostStatus.SCHEDULED,
        PostStatus.FAILED,
        PostStatus.SCHEDULED,
    ]
    assert "일부는 다시 시도해요." in alice.get("/failures", headers=HTML).text


def test_where_nothing_can_be_done_the_reason_is_said(alice: TestClient, store: Store) -> None:
    post = troubled(store, failures.OutcomeUnknown(), PostStatus.UNCONFIRMED)
    answer = submit(alice, "/failures/retry", post_id=post.id)
    assert answer.status_code == 409
    assert statuses(store, post) == [PostStatus.UNCONFIRMED]


def test_giving_up_is_undone_from_the_list_below(alice: TestClient, store: Store) -> None:
    one, other = troubled(store, failures.Refused()), troubled(store, failures.Refused())
    submit(alice, "/failures/give-up", post_id=[one.id, other.id])
    assert statuses(store, one, other) == [PostStatus.GIVEN_UP] * 2
    assert 'id="given-up"' in page_of(alice)
    submit(alice, "/failures/take-back", post_id=one.id)
    assert statuses(store, one, other) == [PostStatus.FAILED, PostStatus.GIVEN_UP]


def test_a_row_is_the_same_in_the_page_and_when_it_is_swapped(alice: TestClient, store: Store) -> None:
    post = troubled(store, failures.Refused())
    row = alice.get(f"/failures/rows/{post.id}", headers={"HX-Request": "true"}).text
    assert f'id="post-{post.id}"' in row
    assert 'action="/failures/retry"' in row
