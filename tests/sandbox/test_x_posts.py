"""Posts by hand: what the body may hold, duplicates, threads, and what each post leaves behind."""

from typing import Any

import httpx
import pytest

from sandbox.x_tools import XAccount, detail_of, move_clock, open_x, parameters_of


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


class TestBody:
    @pytest.mark.parametrize(
        ("body", "parameter"),
        [
            ({}, "text"),
            ({"text": ""}, "text"),
            ({"text": " \n"}, "text"),
            ({"text": "가" * 141}, "text"),
            ({"text": "a\ufeffb"}, "text"),
            ({"text": 5}, "text"),
            ({"text": "a", "note": "b"}, "note"),
            ({"text": "a", "made_with_ai": "yes"}, "made_with_ai"),
            ({"text": "a", "reply_settings": "everyone"}, "reply_settings"),
            ({"text": "a", "edit_options": {"previous_post_id": "1"}}, "edit_options"),
            ({"text": "a", "reply": {}}, "reply.in_reply_to_tweet_id"),
            ({"text": "a", "quote_tweet_id": "17"}, "quote_tweet_id"),
            ({"text": "a", "media": {}, "quote_tweet_id": "no"}, "quote_tweet_id"),
            ({"text": "a", "media": {"media_ids": []}}, "media.media_ids"),
            ({"text": "a", "media": {"media_ids": ["1", "1"]}}, "media.media_ids"),
            ({"text": "a", "media": {"media_ids": [str(n) for n in range(5)]}}, "media.media_ids"),
            ({"text": "a", "media": {"media_ids": ["17"]}}, "media.media_ids"),
            ({"text": "a", "poll": {"options": ["하나"], "duration_minutes": 60}}, "poll.options"),
            ({"text": "a", "poll": {"options": ["a", "b" * 26], "duration_minutes": 60}}, "poll.options"),
            ({"text": "a", "poll": {"options": ["a", "b"], "duration_minutes": 4}}, "poll.duration_minutes"),
            ({"text": "a", "card_uri": "card://1", "quote_tweet_id": "17"}, "card_uri"),
            ({"text": "a", "media": {"media_ids": ["17"]}, "poll": {"options": ["a", "b"]}}, "poll"),
        ],
        ids=str,
    )
    def test_what_makes_no_sense_is_an_invalid_request(
        self, account: XAccount, body: dict[str, Any], parameter: str
    ) -> None:
        assert parameter in parameters_of(account.post("tweets", **body))
        assert account.published() == []

    @pytest.mark.parametrize("body", [b"[]", b"{", b""])
    def test_the_body_must_be_a_json_object(self, account: XAccount, body: bytes) -> None:
        assert account.http.post("/x/2/tweets", content=body, headers=account.login()).status_code == 400

    def test_the_longest_text_is_taken(self, account: XAccount) -> None:
        text = "가" * 128 + " https://example.com/" + "long/" * 50
        assert account.tweet(text).status_code == 201
        assert account.published()[0]["text"] == text

    def test_a_longer_limit_can_be_switched_on(self, account: XAccount) -> None:
        assert "text" in parameters_of(account.tweet("가" * 200))
        account.set_state(rules={"max_length": 25_000})
        assert account.tweet("가" * 200).status_code == 201

    def test_a_second_cashtag_is_refused(self, account: XAccount) -> None:
        assert account.tweet("$TSLA 하나").status_code == 201
        answer = account.tweet("$TSLA 그리고 $AAPL")
        assert (answer.status_code, "cashtag" in detail_of(answer)) == (403, True)

    def test_what_was_made_by_ai_says_so(self, account: XAccount) -> None:
        post_id = account.tweeted("그림", made_with_ai=True)
        read = account.get(f"tweets/{post_id}", **{"tweet.fields": "made_with_ai"}).json()["data"]
        assert read["made_with_ai"] is True


class TestDuplicates:
    def test_the_same_text_is_refused_while_the_first_stands(self, account: XAccount) -> None:
        first = account.tweeted("오늘의 커피")
        for text in ("오늘의 커피", "  오늘의   커피\n"):
            answer = account.tweet(text)
            assert answer.status_code == 403
            assert "duplicate content" in detail_of(answer)
        account.delete(first)
        assert account.tweet("오늘의 커피").status_code == 201

    def test_another_account_may_say_the_same(self, account: XAccount) -> None:
        account.tweeted("오늘의 커피")
        assert open_x(account.http, "other").tweet("오늘의 커피").status_code == 201

    def test_only_recent_texts_are_compared(self, account: XAccount) -> None:
        account.set_state(rules={"duplicate_hours": 1})
        account.tweeted("오늘의 커피")
        move_clock(account.http, 3601)
        assert account.tweet("오늘의 커피").status_code == 201

    def test_the_check_can_be_switched_off(self, account: XAccount) -> None:
        account.set_state(rules={"duplicates": "allow"})
        account.tweeted("오늘의 커피")
        account.tweeted("오늘의 커피")
        assert len(account.published()) == 2

    def test_the_legacy_shape_has_the_number(self, account: XAccount) -> None:
        account.set_state(rules={"errors": "legacy"})
        account.tweeted("오늘의 커피")
        answer = account.tweet("오늘의 커피")
        assert answer.json()["errors"][0]["code"] == 187
        too_long = account.tweet("가" * 141)
        assert (too_long.status_code, too_long.json()["errors"][0]["code"]) == (403, 186)


class TestThreads:
    def test_parts_share_the_conversation_of_the_first(self, account: XAccount) -> None:
        alone = account.tweeted("따로")
        first = account.tweeted("1/3")
        second = account.answer_to(first, "2/3").json()["data"]["id"]
        third = account.answer_to(second, "3/3").json()["data"]["id"]
        kinds = {post["id"]: (post["kind"], post["conversation_id"]) for post in account.published()}
        assert kinds == {
            alone: ("post", alone),
            first: ("thread", first),
            second: ("thread", first),
            third: ("thread", first),
        }
        assert int(first) < int(second) < int(third)

    def test_a_reply_reads_back_with_what_it_answers(self, account: XAccount) -> None:
        first = account.tweeted("1/2")
        second = account.answer_to(first, "2/2").json()["data"]["id"]
        wanted = {"tweet.fields": "conversation_id,in_reply_to_user_id,referenced_tweets"}
        read = account.get(f"tweets/{second}", **wanted).json()["data"]
        assert read["referenced_tweets"] == [{"type": "replied_to", "id": first}]
        assert (read["conversation_id"], read["in_reply_to_user_id"]) == (first, account.id)

    def test_a_deleted_post_cannot_be_answered(self, account: XAccount) -> None:
        first = account.tweeted("1/2")
        account.delete(first)
        answer = account.answer_to(first, "2/2")
        assert answer.status_code == 403
        assert "deleted or not visible" in detail_of(answer)


class TestOtherPeople:
    def test_a_reply_needs_a_mention_or_a_quote(self, account: XAccount) -> None:
        stranger = open_x(account.http, "stranger")
        alone = stranger.tweeted("아무 말")
        assert account.answer_to(alone, "안녕하세요").status_code == 403
        called = stranger.tweeted("@Coffee_Haru 안녕")
        assert account.answer_to(called, "안녕하세요").status_code == 201
        account.set_state(rules={"reply": "anyone"})
        assert account.answer_to(alone, "반가워요").status_code == 201
        assert {post["kind"] for post in account.published()} == {"post"}

    def test_who_was_quoted_may_answer(self, account: XAccount) -> None:
        own = account.tweeted("원래 글")
        stranger = open_x(account.http, "stranger")
        stranger.set_state(rules={"quote": "anyone"})
        quoting = stranger.tweeted("좋은 글", quote_tweet_id=own)
        assert account.answer_to(quoting, "고마워요").status_code == 201

    def test_quoting_others_is_restricted(self, account: XAccount) -> None:
        theirs = open_x(account.http, "stranger").tweeted("남의 글")
        assert account.tweet("인용", quote_tweet_id=theirs).status_code == 403
        mine = account.tweeted("내 글")
        assert account.tweet("인용", quote_tweet_id=mine).status_code == 201

    def test_only_the_author_deletes(self, account: XAccount) -> None:
        theirs = open_x(account.http, "stranger").tweeted("남의 글")
        assert account.delete(theirs).status_code == 403
        assert account.delete("17").status_code == 404
        assert account.get(f"tweets/{theirs}").status_code == 200


class TestPublished:
    def test_the_permalink_shows_the_text(self, account: XAccount) -> None:
        account.tweeted("<b>굵게</b> & https://example.com/menu")
        (post,) = account.published()
        assert post["text"] == "<b>굵게</b> & https://example.com/menu"
        page = account.http.get(post["permalink"])
        assert page.status_code == 200
        assert "&lt;b&gt;굵게&lt;/b&gt; &amp; https://example.com/menu" in page.text

    def test_a_request_is_logged_with_its_account(self, account: XAccount) -> None:
        account.tweeted("기록")
        (request,) = account.http.get("/_sandbox/requests", params={"platform": "x"}).json()["items"]
        assert (request["path"], request["status"], request["account_id"]) == ("/x/2/tweets", 201, account.id)
        assert account.published()[0]["request_id"] == request["id"]
