"""What a person does to a post on its page and in the queue (S2.1 to S2.4)."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.domain.post import PostStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import posts, schema
from pressrun.store.database import Store
from pressrun.store.posts import Post
from web.pages.reading import HTML, submit, token_of
from web.pages.test_every_page import post_in


def read(store: Store, post_id: str) -> Post:
    with store.read() as tx:
        return posts.get(tx, post_id)


def test_post_now_moves_the_time_of_a_waiting_post_to_now(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    answer = submit(alice, f"/posts/{post.id}/publish-now", next="/queue")
    assert answer.headers["location"] == "/queue"
    assert read(store, post.id).due_at == store.clock.now()


def test_a_new_time_is_wall_clock_time_where_the_persona_lives(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store, makers.make_persona(store, timezone="Europe/London"))
    post = makers.make_post(store, account)
    submit(alice, f"/posts/{post.id}/reschedule", at="2026-12-01T09:30")
    assert read(store, post.id).due_at.isoformat() == "2026-12-01T09:30:00+00:00"


def test_a_time_that_has_passed_is_refused_beside_the_field_and_kept(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    page = submit(alice, f"/posts/{post.id}/reschedule", at="2020-01-01T09:30")
    assert page.status_code == 422
    assert "이미 지난 시각이에요." in page.text
    assert 'value="2020-01-01T09:30"' in page.text
    assert read(store, post.id).due_at == post.due_at


@pytest.mark.parametrize(("at", "minutes"), [("now", 0), ("30m", 30), ("1h", 60)])
def test_a_failed_post_is_retried_now_in_half_an_hour_or_in_an_hour(
    alice: TestClient, store: Store, at: str, minutes: int
) -> None:
    post_id = post_in(store, PostStatus.FAILED)
    submit(alice, f"/posts/{post_id}/retry", at=at)
    retried = read(store, post_id)
    assert retried.status is PostStatus.SCHEDULED
    assert retried.ready_at == store.clock.now() + timedelta(minutes=minutes)


def test_giving_up_can_be_undone(alice: TestClient, store: Store) -> None:
    post_id = post_in(store, PostStatus.FAILED)
    submit(alice, f"/posts/{post_id}/give-up")
    assert read(store, post_id).status is PostStatus.GIVEN_UP
    assert "포기 되돌리기" not in alice.get("/queue", headers=HTML).text
    submit(alice, f"/posts/{post_id}/take-back")
    assert read(store, post_id).status is PostStatus.FAILED


def test_cancelling_says_so_once_on_the_next_page(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    submit(alice, f"/posts/{post.id}/cancel", next="/queue")
    assert "취소했어요. 게시되지 않아요." in alice.get("/queue", headers=HTML).text
    assert "취소했어요. 게시되지 않아요." not in alice.get("/queue", headers=HTML).text


def test_a_person_says_where_an_unconfirmed_post_is(alice: TestClient, store: Store) -> None:
    post_id = post_in(store, PostStatus.UNCONFIRMED)
    wrong = submit(alice, f"/posts/{post_id}/resolve", published="true", url="over there")
    assert wrong.status_code == 422
    assert "게시물 주소가 아니에요." in wrong.text
    submit(alice, f"/posts/{post_id}/resolve", published="true", url="https://instagram.com/p/1")
    assert read(store, post_id).permalink == "https://instagram.com/p/1"


def test_the_script_that_swaps_a_row_is_answered_with_the_row(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    data = {"form_token": token_of(alice)}
    row = alice.post(f"/posts/{post.id}/publish-now", data=data, headers={**HTML, "HX-Request": "true"})
    assert row.text.strip().startswith(f'<li id="post-{post.id}"')


def test_a_refusal_goes_above_the_page_and_not_into_the_row(alice: TestClient, store: Store) -> None:
    post_id = post_in(store, PostStatus.PUBLISHED)
    data = {"form_token": token_of(alice)}
    refused = alice.post(f"/posts/{post_id}/cancel", data=data, headers={**HTML, "HX-Request": "true"})
    assert refused.status_code == 409
    assert refused.headers["hx-retarget"] == "#notices"
    assert "이미 게시했어요." in refused.text


def test_stopping_pauses_what_has_not_begun_and_going_on_lets_it_go(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store)
    submit(alice, "/queue/stop")
    assert read(store, post.id).status is PostStatus.HELD
    submit(alice, "/queue/go-on")
    assert read(store, post.id).status is PostStatus.SCHEDULED


def test_the_queue_shows_the_day_that_is_asked_for(
    alice: TestClient, store: Store, clock: MovableClock
) -> None:
    today = makers.make_post(store, due_at=clock.now() + timedelta(hours=1))
    later = makers.make_post(store, due_at=clock.now() + timedelta(days=2))
    page = alice.get("/queue?date=2026-11-22", headers=HTML).text
    assert later.id in page
    assert f"post-{today.id}" not in page


def test_what_should_be_over_and_is_not_comes_first(
    alice: TestClient, store: Store, clock: MovableClock
) -> None:
    late = makers.make_post(store, due_at=clock.now() - timedelta(days=2))
    with store.transaction() as tx:
        tx.execute(schema.post.update().where(schema.post.c.id == late.id).values(status="publishing"))
    coming = makers.make_post(store)
    page = alice.get("/queue", headers=HTML).text
    assert 0 < page.index(f"post-{late.id}") < page.index(f"post-{coming.id}")


def test_the_line_of_the_present_stands_between_past_and_future(
    alice: TestClient, store: Store, clock: MovableClock
) -> None:
    past = makers.make_post(store, due_at=clock.now() - timedelta(hours=1))
    ahead = makers.make_post(store, due_at=clock.now() + timedelta(hours=1))
    page = alice.get("/queue", headers=HTML).text
    assert page.index(f"post-{past.id}") < page.index("nowline") < page.index(f"post-{ahead.id}")
