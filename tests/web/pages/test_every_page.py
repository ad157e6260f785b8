"""Every page opens in both languages, whatever its posts are in, and offers nobody more than they may."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.domain import failures
from pressrun.domain.post import PostStatus
from pressrun.store import schema
from pressrun.store.database import Store
from web.pages.reading import HTML

PAGES = (
    *("/", "/queue", "/queue?as=cards", "/queue?status=failed&date=2026-11-20", "/compose", "/approvals"),
    *("/accounts/personas/new", "/settings/apps"),
    *("/titles", "/runs", "/failures", "/accounts", "/notifications"),
)


def post_in(store: Store, status: PostStatus) -> str:
    """A post that stands in `status`, as it could stand there."""
    post = makers.make_post(store)
    values: dict[str, object] = {"status": status.value}
    if status is PostStatus.PUBLISHED:
        values |= {"published_at": store.clock.now(), "permalink": "https://instagram.com/p/1"}
    if status is PostStatus.HELD:
        values["status_reason"] = "account_suspended"
    if status in (PostStatus.FAILED, PostStatus.RETRY_WAIT):
        values["failure"] = failures.to_json(failures.RateLimited(answer=failures.Answer(status=429)))
    with store.transaction() as tx:
        tx.execute(schema.post.update().where(schema.post.c.id == post.id).values(values))
    return post.id


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "word"), [("ko", "대기열"), ("en", "Queue")])
def test_every_page_opens_empty_and_full_in_both_languages(
    alice: TestClient, store: Store, path: str, language: str, word: str
) -> None:
    headers = {**HTML, "Accept-Language": language}
    empty = alice.get(path, headers=headers)
    for status in PostStatus:
        post_in(store, status)
    full = alice.get(path, headers=headers)
    assert (empty.status_code, full.status_code) == (200, 200)
    assert f'<html lang="{language}"' in full.text
    assert word in full.text


@pytest.mark.parametrize("status", PostStatus)
def test_a_post_has_a_page_a_row_and_a_body_in_every_status(
    alice: TestClient, store: Store, status: PostStatus
) -> None:
    post_id = post_in(store, status)
    page = alice.get(f"/posts/{post_id}", headers=HTML)
    row = alice.get(f"/queue/rows/{post_id}", headers={"HX-Request": "true"})
    body = alice.get(f"/posts/{post_id}/body", headers={"HX-Request": "true"})
    assert (page.status_code, row.status_code, body.status_code) == (200, 200, 200)
    assert f'id="post-{post_id}"' in row.text


def test_the_row_that_is_pushed_is_the_row_of_the_page(alice: TestClient, store: Store) -> None:
    post = makers.make_post(store, due_at=store.clock.now() + timedelta(hours=1))
    row = alice.get(f"/queue/rows/{post.id}", headers={"HX-Request": "true"}).text.strip()
    page = alice.get("/queue", headers=HTML).text
    squeezed = "".join(page.split()).replace('value="/queue"', "")
    assert "".join(row.split()).replace('value="/queue"', "") in squeezed


@pytest.mark.parametrize("path", ["/queue", "/posts/{post}", "/compose", "/titles", "/accounts"])
def test_who_only_views_is_offered_nothing_to_change(vera: TestClient, store: Store, path: str) -> None:
    post_id = post_in(store, PostStatus.FAILED)
    makers.make_post(store)
    page = vera.get(path.format(post=post_id), headers=HTML)
    assert page.status_code == 200
    for action in ("/retry", "/publish-now", "/reschedule", "/cancel", "/queue/stop", "/pause"):
        assert f'{action}"' not in page.text


def test_an_unknown_address_is_a_page_with_a_way_out(alice: TestClient) -> None:
    page = alice.get("/nowhere", headers=HTML)
    assert page.status_code == 404
    assert "찾을 수 없어요" in page.text
    assert 'class="side"' in page.text


def test_a_form_without_its_token_changes_nothing(alice: TestClient, store: Store) -> None:
    post_id = post_in(store, PostStatus.FAILED)
    answer = alice.post(f"/posts/{post_id}/retry", data={"at": "now"}, headers=HTML)
    assert answer.status_code == 403
    assert alice.get(f"/api/posts/{post_id}").json()["status"] == "failed"


def test_no_page_carries_script_or_style_that_the_policy_forbids(alice: TestClient, store: Store) -> None:
    post_in(store, PostStatus.PUBLISHING)
    for path in PAGES:
        page = alice.get(path, headers=HTML)
        assert "<style" not in page.text
        assert " onclick=" not in page.text
        assert page.text.count("<script") == page.text.count("<script src=") + page.text.count(
            '<script type="module" src='
        )


def test_the_texts_of_people_are_shown_and_never_run(alice: TestClient, store: Store) -> None:
    content = makers.make_content(store, caption="<script>alert(1)</script>")
    makers.make_post(store, content=content)
    page = alice.get("/queue", headers=HTML).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
