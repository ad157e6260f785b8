"""tweepy, unchanged, against the stand-in: its fixed host is led here by a transport adapter."""

import io
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import tweepy
from PIL import Image

from sandbox.conftest import jpeg, switch_on
from sandbox.x_tools import APP, CALLBACK, SCOPES, XAccount, mount, move_clock, open_x, tweepy_client


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


@pytest.fixture
def client(sandbox_url: str, account: XAccount) -> Iterator[Any]:
    client = tweepy_client(sandbox_url, account)
    with client.session:
        yield client


class TestPosts:
    def test_who_am_i(self, client: Any, account: XAccount) -> None:
        me = client.get_me(user_auth=False, user_fields=["public_metrics", "created_at"]).data
        assert (str(me.id), me.username) == (account.id, "coffee_haru")
        assert me.public_metrics["tweet_count"] == 0

    def test_a_post_is_created_listed_and_deleted(self, client: Any, account: XAccount) -> None:
        made = client.create_tweet(text="아침 & https://example.com/menu", user_auth=False).data
        assert made["text"].startswith("아침 &amp; https://t.co/")
        (listed,) = client.get_users_tweets(
            account.id,
            max_results=5,
            exclude=["retweets"],
            start_time=datetime.now(UTC) - timedelta(minutes=2),
            tweet_fields=["created_at", "entities", "public_metrics"],
            user_auth=False,
        ).data
        assert str(listed.id) == made["id"]
        assert listed.entities["urls"][0]["expanded_url"] == "https://example.com/menu"
        assert listed.created_at.tzinfo is not None
        assert client.delete_tweet(made["id"], user_auth=False).data == {"deleted": True}
        assert client.get_users_tweets(account.id, user_auth=False).data is None

    def test_a_thread_is_a_chain_of_replies(self, client: Any, account: XAccount) -> None:
        first = client.create_tweet(text="하나", user_auth=False).data["id"]
        second = client.create_tweet(text="둘", in_reply_to_tweet_id=first, user_auth=False).data["id"]
        third = client.create_tweet(text="셋", in_reply_to_tweet_id=second, user_auth=False).data["id"]
        posts = account.published()
        assert [(post["id"], post["kind"]) for post in posts] == [
            (id_, "thread") for id_ in (first, second, third)
        ]
        assert {post["conversation_id"] for post in posts} == {first}

    def test_media_come_with_the_post_when_expanded(self, client: Any, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        made = client.create_tweet(text="사진", media_ids=[media_id], user_auth=False).data
        found = client.get_tweet(
            made["id"],
            expansions=["attachments.media_keys", "author_id"],
            media_fields=["url", "alt_text"],
            user_auth=False,
        )
        (media,) = found.includes["media"]
        assert media.type == "photo"
        assert httpx.get(media.url, trust_env=False).content == jpeg()
        assert str(found.includes["users"][0].id) == account.id

    def test_polls_quotes_and_reply_settings(self, client: Any) -> None:
        first = client.create_tweet(
            text="고르세요", poll_options=["라떼", "모카"], poll_duration_minutes=60, user_auth=False
        ).data["id"]
        made = client.create_tweet(
            text="어제 글", quote_tweet_id=first, reply_settings="mentionedUsers", user_auth=False
        ).data["id"]
        found = client.get_tweet(
            made, tweet_fields=["referenced_tweets", "reply_settings"], user_auth=False
        ).data
        assert [(each.type, str(each.id)) for each in found.referenced_tweets] == [("quoted", first)]
        assert found.reply_settings == "mentionedUsers"

    def test_numbers_grow_with_the_clock(self, client: Any, http: httpx.Client) -> None:
        id_ = client.create_tweet(text="숫자", user_auth=False).data["id"]

        def seen() -> dict[str, int]:
            return client.get_tweet(id_, tweet_fields=["public_metrics"], user_auth=False).data.public_metrics

        at_first = seen()
        move_clock(http, 5400)
        later = seen()
        assert at_first["impression_count"] <= 1 < later["impression_count"]
        assert seen() == later
        assert later["like_count"] < later["impression_count"]

    def test_lookups_tell_what_they_did_not_find(self, client: Any) -> None:
        id_ = client.create_tweet(text="있어요", user_auth=False).data["id"]
        found = client.get_tweets([id_, "17"], user_auth=False)
        assert [str(each.id) for each in found.data] == [id_]
        assert found.errors[0]["type"].endswith("/resource-not-found")
        assert client.get_tweet("17", user_auth=False).data is None


class TestErrors:
    def test_each_has_the_sdks_own_exception(
        self, client: Any, account: XAccount, http: httpx.Client
    ) -> None:
        client.create_tweet(text="같은 글", user_auth=False)
        with pytest.raises(tweepy.Forbidden, match="duplicate content"):
            client.create_tweet(text="같은 글", user_auth=False)
        with pytest.raises(tweepy.BadRequest, match="too long"):
            client.create_tweet(text="가" * 141, user_auth=False)
        with pytest.raises(tweepy.NotFound):
            client.delete_tweet("17", user_auth=False)
        account.set_state(token="expired")
        with pytest.raises(tweepy.Unauthorized):
            client.get_me(user_auth=False)
        account.set_state(token="valid")
        switch_on(http, {"kind": "answer", "status": 503}, platform="x")
        with pytest.raises(tweepy.TwitterServerError):
            client.get_me(user_auth=False)

    def test_a_full_window_names_the_second_it_reopens(self, client: Any, account: XAccount) -> None:
        account.set_state(quota_used=100)
        with pytest.raises(tweepy.TooManyRequests) as refused:
            client.create_tweet(text="너무 많아요", user_auth=False)
        assert refused.value.reset_time is not None
        assert 0 < refused.value.reset_time - time.time() <= 901

    def test_legacy_errors_carry_their_numbers(self, client: Any, account: XAccount) -> None:
        account.set_state(rules={"errors": "legacy"})
        client.create_tweet(text="같은 글", user_auth=False)
        with pytest.raises(tweepy.Forbidden) as refused:
            client.create_tweet(text="같은 글", user_auth=False)
        assert refused.value.api_codes == [187]


class TestLogin:
    def test_the_whole_flow_with_pkce(self, sandbox_url: str, account: XAccount) -> None:
        handler = tweepy.OAuth2UserHandler(
            client_id=APP[0], client_secret=APP[1], redirect_uri=CALLBACK, scope=SCOPES.split()
        )
        with handler:
            mount(handler, sandbox_url)
            shown = urlsplit(handler.get_authorization_url())
            page = f"/x-consent{shown.path}?{shown.query}"
            assert "@" not in account.http.get(page).text
            decided = account.http.post(page, data={"account_id": account.id, "decision": "allow"})
            # oauthlib insists on https; the sandbox answers what was registered.
            answered = decided.headers["location"].replace("http://", "https://")
            token = handler.fetch_token(answered)
            assert token["scope"] == SCOPES.split()
            assert token["expires_in"] == 7200
            renewed = handler.refresh_token(
                "https://api.twitter.com/2/oauth2/token", refresh_token=token["refresh_token"], auth=APP
            )
        assert renewed["refresh_token"] != token["refresh_token"]
        assert account.with_token(renewed["access_token"]).get("users/me").status_code == 200


def test_a_picture_of_the_sdk_users_own_making_is_posted(client: Any, account: XAccount) -> None:
    drawn = io.BytesIO()
    Image.effect_noise((320, 240), 50).convert("RGB").save(drawn, "PNG")
    media_id = account.uploaded(drawn.getvalue(), "image/png", piece=20_000)
    client.create_tweet(media_ids=[media_id], user_auth=False)
    (post,) = account.published()
    assert account.http.get(post["media"][0]["url"]).content == drawn.getvalue()
