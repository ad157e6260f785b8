"""Lost answers and killed connections: what a publisher finds afterwards."""

import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from pressrun.sandbox.app import running
from sandbox.conftest import jpeg, switch_on
from sandbox.x_tools import XAccount, move_clock, open_x, refresh

CREATE = {"path_regex": "/x/2/tweets$", "method": "POST"}


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


def test_a_post_whose_answer_was_lost_is_on_the_timeline(account: XAccount) -> None:
    switch_on(account.http, {"kind": "drop_after"}, platform="x", match=CREATE)
    with pytest.raises(httpx.RemoteProtocolError):
        account.tweet("한 번만 & https://example.com/menu")
    wanted = {"tweet.fields": "created_at,text,attachments,entities", "exclude": "retweets"}
    (found,) = account.timeline(max_results=10, **wanted).json()["data"]
    restored = found["text"]
    for link in found["entities"]["urls"]:
        restored = restored.replace(link["url"], link["expanded_url"])
    assert restored.replace("&amp;", "&") == "한 번만 & https://example.com/menu"
    assert account.tweet("한 번만 & https://example.com/menu").status_code == 403
    assert len(account.published()) == 1


def test_a_5xx_may_have_posted(account: XAccount) -> None:
    switch_on(account.http, {"kind": "answer_after", "status": 503}, platform="x", match=CREATE)
    assert account.tweet("한 번만").status_code == 503
    assert len(account.listed()) == 1


def test_a_lagging_timeline_hides_a_lost_post_for_a_while(account: XAccount) -> None:
    account.set_state(rules={"timeline_lag": 30, "duplicates": "allow"})
    switch_on(account.http, {"kind": "drop_after"}, platform="x", match=CREATE)
    with pytest.raises(httpx.RemoteProtocolError):
        account.tweet("한 번만")
    assert account.listed() == []
    move_clock(account.http, 31)
    assert len(account.listed()) == 1


def test_a_call_that_was_dropped_before_did_nothing(account: XAccount) -> None:
    switch_on(account.http, {"kind": "drop_before"}, platform="x", match=CREATE | {"account_id": account.id})
    other = open_x(account.http, "other")
    assert other.tweet("남의 글").status_code == 201
    with pytest.raises(httpx.RemoteProtocolError):
        account.tweet("내 글")
    assert account.published() == []
    assert account.tweet("내 글").status_code == 201


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_segment_is_sent_again(account: XAccount, kind: str) -> None:
    content = jpeg()
    media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
    switch_on(account.http, {"kind": kind}, platform="x", match={"path_regex": "/append$"})
    with pytest.raises(httpx.RemoteProtocolError):
        account.append(media_id, 0, content)
    assert account.append(media_id, 0, content).status_code == 200
    assert account.finalize(media_id).status_code == 200


def test_a_lost_finalize_is_found_by_status(account: XAccount) -> None:
    content = jpeg()
    media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
    account.append(media_id, 0, content)
    switch_on(account.http, {"kind": "drop_after"}, platform="x", match={"path_regex": "/finalize$"})
    with pytest.raises(httpx.RemoteProtocolError):
        account.finalize(media_id)
    assert account.status(media_id).json()["data"]["size"] == len(content)


def at_once(*calls: Callable[[], int]) -> list[int]:
    """The statuses of calls made from threads of their own at the same moment."""
    barrier, statuses = threading.Barrier(len(calls)), list[int]()

    def run(call: Callable[[], int]) -> None:
        barrier.wait()
        statuses.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def test_of_two_equal_posts_at_once_one_is_made(account: XAccount) -> None:
    assert at_once(*[lambda: account.tweet("동시에").status_code] * 4) == [201, 403, 403, 403]
    assert len(account.published()) == 1


def test_two_refreshes_at_once_kill_the_grant(account: XAccount) -> None:
    token = account.credentials["refresh_token"]
    assert at_once(*[lambda: refresh(account.http, token).status_code] * 2) == [200, 400]
    assert account.get("users/me").status_code == 401


def test_a_restarted_sandbox_remembers_posts_grants_and_half_uploaded_media(tmp_path: Path) -> None:
    state, content = tmp_path / "state.db", jpeg()
    with running(state_path=state) as url, httpx.Client(base_url=url, trust_env=False) as http:
        account = open_x(http)
        post_id = account.tweeted("재시작 전")
        media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
        account.append(media_id, 0, content[:500])
        renewed = refresh(http, account.credentials["refresh_token"]).json()
    with running(state_path=state) as url, httpx.Client(base_url=url, trust_env=False) as http:
        account = XAccount(http, account.id, account.credentials | renewed)
        account.append(media_id, 1, content[500:])
        assert account.finalize(media_id).status_code == 200
        later = account.tweeted("재시작 뒤", media={"media_ids": [media_id]})
        assert account.listed() == [later, post_id]
        assert refresh(http, renewed["refresh_token"]).status_code == 200
