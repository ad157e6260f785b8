"""Timelines and lookups by hand: how a text reads back, paging, and what is not shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from sandbox.conftest import jpeg
from sandbox.x_tools import XAccount, move_clock, open_x, parameters_of


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


def read(account: XAccount, post_id: str, fields: str = "entities,attachments") -> dict[str, Any]:
    return account.get(f"tweets/{post_id}", **{"tweet.fields": fields}).json()["data"]


class TestTexts:
    def test_links_are_shortened_and_expanded_in_the_entities(self, account: XAccount) -> None:
        post_id = account.tweeted("메뉴 https://www.example.com/menu/of/the/whole/week & foo.py <끝>")
        post = read(account, post_id)
        first, second = post["entities"]["urls"]
        assert post["text"] == f"메뉴 {first['url']} &amp; {second['url']} &lt;끝&gt;"
        assert all(
            len(each["url"]) == 23 and each["url"].startswith("https://t.co/") for each in (first, second)
        )
        assert first["expanded_url"] == "https://www.example.com/menu/of/the/whole/week"
        assert first["display_url"].startswith("example.com/menu")
        assert second["expanded_url"] == "http://foo.py"
        assert [post["text"][each["start"] : each["end"]] for each in (first, second)] == [
            first["url"],
            second["url"],
        ]

    def test_the_creation_answers_the_same_text(self, account: XAccount) -> None:
        made = account.tweet("a & b https://example.com/menu").json()["data"]
        assert made["text"] == read(account, made["id"])["text"]

    def test_media_add_a_link_at_the_end(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        post_id = account.tweeted("사진", media={"media_ids": [media_id]})
        post = read(account, post_id)
        (link,) = post["entities"]["urls"]
        assert post["text"] == f"사진 {link['url']}"
        assert link["expanded_url"] == f"https://x.com/coffee_haru/status/{post_id}/photo/1"
        assert link["media_key"] == post["attachments"]["media_keys"][0] == f"3_{media_id}"

    def test_media_alone_are_a_link_alone(self, account: XAccount) -> None:
        post = read(account, account.tweeted(media={"media_ids": [account.uploaded(jpeg())]}))
        assert post["text"] == post["entities"]["urls"][0]["url"]

    def test_a_quoted_post_is_linked_too(self, account: XAccount) -> None:
        quoted = account.tweeted("처음")
        post = read(account, account.tweeted("다시", quote_tweet_id=quoted))
        assert post["entities"]["urls"][0]["expanded_url"] == f"https://x.com/coffee_haru/status/{quoted}"


class TestTimeline:
    def test_posts_come_newest_first_with_a_summary(self, account: XAccount) -> None:
        ids = [account.tweeted(f"글 {n}") for n in range(3)]
        answer = account.timeline(max_results=5).json()
        assert [post["id"] for post in answer["data"]] == ids[::-1]
        assert answer["meta"] == {"result_count": 3, "newest_id": ids[2], "oldest_id": ids[0]}
        assert set(answer["data"][0]) == {"id", "text", "edit_history_tweet_ids"}

    def test_an_empty_timeline_has_no_data(self, account: XAccount) -> None:
        assert account.timeline().json() == {"meta": {"result_count": 0}}

    def test_pages_follow_each_other(self, account: XAccount) -> None:
        ids = [account.tweeted(f"글 {n}") for n in range(12)]
        seen: list[str] = []
        token = None
        while True:
            more = {"pagination_token": token} if token else {}
            answer = account.timeline(max_results=5, **more).json()
            seen += [post["id"] for post in answer["data"]]
            token = answer["meta"].get("next_token")
            if token is None:
                break
        assert seen == ids[::-1]
        assert len(account.listed()) == 10

    def test_times_and_ids_bound_it(self, account: XAccount) -> None:
        early = account.tweeted("이른 글")
        move_clock(account.http, 600)
        late = account.tweeted("늦은 글")
        boundary = (datetime.now(UTC) + timedelta(seconds=300)).strftime("%Y-%m-%dT%H:%M:%SZ")
        assert account.listed(start_time=boundary) == [late]
        assert account.listed(end_time=boundary) == [early]
        assert account.listed(since_id=early) == [late]
        assert account.listed(until_id=late) == [early]

    def test_replies_can_be_left_out(self, account: XAccount) -> None:
        first = account.tweeted("1/2")
        second = account.answer_to(first, "2/2").json()["data"]["id"]
        assert account.listed(exclude="retweets") == [second, first]
        assert account.listed(exclude="replies,retweets") == [first]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"max_results": "4"},
            {"max_results": "101"},
            {"max_results": "many"},
            {"start_time": "yesterday"},
            {"start_time": "2026-01-01T00:00:00"},
            {"exclude": "quotes"},
            {"tweet.fields": "likes"},
            {"expansions": "everything"},
            {"since_id": "x"},
            {"pagination_token": "?"},
            {"count": "5"},
        ],
        ids=str,
    )
    def test_a_wrong_parameter_is_named(self, account: XAccount, wrong: dict[str, str]) -> None:
        (name,) = wrong
        assert name in parameters_of(account.timeline(**wrong))

    @pytest.mark.parametrize(("switch", "other"), [("tweet", "post"), ("post", "tweet")])
    def test_either_name_of_the_fields_can_be_the_right_one(
        self, account: XAccount, switch: str, other: str
    ) -> None:
        account.tweeted("글")
        assert account.timeline(**{f"{other}.fields": "created_at"}).status_code == 200
        account.set_state(rules={"fields_parameter": switch})
        assert f"{other}.fields" in parameters_of(account.timeline(**{f"{other}.fields": "created_at"}))
        (post,) = account.timeline(**{f"{switch}.fields": "created_at"}).json()["data"]
        assert set(post) == {"id", "text", "created_at", f"edit_history_{switch}_ids"}

    def test_hidden_posts_are_missing_here_and_nowhere_else(self, account: XAccount) -> None:
        post_id = account.tweeted("숨은 글")
        account.set_state(hidden=True)
        assert account.listed() == []
        assert account.get(f"tweets/{post_id}").json()["data"]["id"] == post_id
        assert len(account.published()) == 1

    def test_a_lagging_timeline_shows_a_post_later(self, account: XAccount) -> None:
        account.set_state(rules={"timeline_lag": 45})
        post_id = account.tweeted("늦게 보여요")
        assert account.listed() == []
        move_clock(account.http, 46)
        assert account.listed() == [post_id]

    def test_an_unknown_user_has_none(self, account: XAccount) -> None:
        assert account.get("users/17/tweets").status_code == 404


class TestLookups:
    def test_a_missing_post_is_an_answer_with_errors(self, account: XAccount) -> None:
        answer = account.get("tweets/17")
        assert answer.status_code == 200
        assert set(answer.json()) == {"errors"}
        assert answer.json()["errors"][0]["type"].endswith("/resource-not-found")
        account.set_state(rules={"missing_status": 404})
        assert account.get("tweets/17").status_code == 404

    def test_a_hundred_at_once_and_no_more(self, account: XAccount) -> None:
        post_id = account.tweeted("글")
        some = account.get("tweets", ids=f"{post_id},17").json()
        assert [post["id"] for post in some["data"]] == [post_id]
        assert [error["value"] for error in some["errors"]] == ["17"]
        many = account.get("tweets", ids=",".join(str(n) for n in range(101)))
        assert "ids" in parameters_of(many)
        assert "ids" in parameters_of(account.get("tweets"))

    def test_own_posts_have_private_numbers_too(self, account: XAccount) -> None:
        post_id = account.tweeted("글")
        move_clock(account.http, 3600)
        post = read(account, post_id, "public_metrics,non_public_metrics")
        assert set(post["public_metrics"]) == {
            "impression_count",
            "like_count",
            "retweet_count",
            "reply_count",
            "bookmark_count",
            "quote_count",
        }
        assert (
            post["non_public_metrics"]["impression_count"] == post["public_metrics"]["impression_count"] > 0
        )
        theirs = read(open_x(account.http, "stranger"), post_id, "public_metrics,non_public_metrics")
        assert theirs == {name: value for name, value in post.items() if name != "non_public_metrics"}
