"""Reading back what was published: media, listings, insights."""

import re

import httpx
import pytest

from sandbox.conftest import InstagramAccount, error_codes, open_instagram


@pytest.fixture
def posted(account: InstagramAccount, photo: str) -> str:
    return account.publish(account.container(image_url=photo, caption="아침 커피", alt_text="잔")).json()[
        "id"
    ]


class TestMedia:
    def test_a_post_reads_back_with_the_fields_that_were_asked_for(
        self, http: httpx.Client, account: InstagramAccount, posted: str
    ) -> None:
        fields = "permalink,shortcode,timestamp,caption,media_type,media_product_type,media_url,alt_text"
        media = account.get(posted, fields=fields).json()
        assert list(media) == ["id", *fields.split(",")]
        assert (media["caption"], media["alt_text"]) == ("아침 커피", "잔")
        assert (media["media_type"], media["media_product_type"]) == ("IMAGE", "FEED")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", media["timestamp"])
        assert "아침 커피" in http.get(media["permalink"]).text

    def test_without_fields_there_is_the_id_alone(self, account: InstagramAccount, posted: str) -> None:
        assert account.get(posted).json() == {"id": posted}

    def test_unknown_fields_and_ids_are_refused(
        self, http: httpx.Client, account: InstagramAccount, posted: str
    ) -> None:
        assert error_codes(account.get(posted, fields="mood")) == (100, None)
        assert error_codes(account.get("18000000000000000")) == (100, 33)
        assert error_codes(open_instagram(http, "다른곳").get(posted)) == (100, 33)

    def test_the_children_of_a_carousel_are_nodes(self, account: InstagramAccount, photo: str) -> None:
        children = [account.container(image_url=photo, is_carousel_item="true") for _ in range(2)]
        parent = account.container(media_type="CAROUSEL", children=",".join(children))
        media_id = account.publish(parent).json()["id"]
        media = account.get(media_id, fields="media_type,children{media_type,media_url}").json()
        assert media["media_type"] == "CAROUSEL_ALBUM"
        assert [child["media_type"] for child in media["children"]["data"]] == ["IMAGE", "IMAGE"]
        first = media["children"]["data"][0]["id"]
        assert account.get(first, fields="media_type").json() == {"id": first, "media_type": "IMAGE"}
        assert len(account.get(f"{media_id}/children").json()["data"]) == 2

    def test_a_facebook_login_may_delete(
        self, http: httpx.Client, account: InstagramAccount, posted: str
    ) -> None:
        where = f"/instagram/v25.0/{posted}"
        assert http.delete(where, params={"access_token": account.token}).json() == {"success": True}
        assert account.published() == []
        assert error_codes(account.get(posted)) == (100, 33)


class TestListing:
    def test_newest_first_with_cursors_to_the_end(self, account: InstagramAccount, photo: str) -> None:
        ids = [account.publish(account.container(image_url=photo)).json()["id"] for _ in range(5)]
        seen: list[str] = []
        page = account.get(f"{account.id}/media", fields="id,timestamp", limit=2).json()
        seen += [item["id"] for item in page["data"]]
        while "next" in page["paging"]:
            page = account.http.get(page["paging"]["next"]).json()
            seen += [item["id"] for item in page["data"]]
        assert seen == ids[::-1]

    def test_hidden_posts_exist_but_are_not_listed(self, account: InstagramAccount, posted: str) -> None:
        account.set_state(hidden=True)
        assert account.get(f"{account.id}/media").json() == {"data": []}
        assert [post["id"] for post in account.published()] == [posted]
        account.set_state(hidden=False)
        assert len(account.get(f"{account.id}/media").json()["data"]) == 1

    def test_stories_are_listed_apart_for_24_hours(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        story = account.publish(account.container(image_url=photo, media_type="STORIES")).json()["id"]
        assert account.get(f"{account.id}/media").json() == {"data": []}
        assert [item["id"] for item in account.get(f"{account.id}/stories").json()["data"]] == [story]
        http.post("/_sandbox/clock", json={"advance_s": 24 * 3600 + 1})
        assert account.get(f"{account.id}/stories").json() == {"data": []}

    def test_me_is_the_account_of_the_token(self, account: InstagramAccount, posted: str) -> None:
        me = account.get("me", fields="user_id,username,media_count").json()
        assert (me["user_id"], me["username"], me["media_count"]) == (account.id, "커피하루", 1)


class TestInsights:
    def test_numbers_grow_with_the_clock_and_are_the_same_for_every_reader(
        self, http: httpx.Client, account: InstagramAccount, posted: str
    ) -> None:
        def views() -> int:
            (item,) = account.get(f"{posted}/insights", metric="views").json()["data"]
            return item["values"][0]["value"]

        seen = [views()]
        for _ in range(4):
            http.post("/_sandbox/clock", json={"advance_s": 6 * 3600})
            seen.append(views())
            assert views() == seen[-1]
        assert seen == sorted(set(seen))
        assert 10 < seen[-1] < 2000

    def test_the_items_have_the_platforms_shape(self, account: InstagramAccount, posted: str) -> None:
        items = account.get(f"{posted}/insights", metric="reach,likes,saved").json()["data"]
        assert [item["name"] for item in items] == ["reach", "likes", "saved"]
        assert set(items[0]) == {"name", "period", "values", "title", "description", "id"}

    def test_metrics_that_are_gone_or_of_another_kind_are_refused(
        self, account: InstagramAccount, posted: str
    ) -> None:
        for metric in ("impressions", "ig_reels_avg_watch_time"):
            assert error_codes(account.get(f"{posted}/insights", metric=metric)) == (100, None)

    def test_a_story_with_few_viewers_has_none(self, account: InstagramAccount, photo: str) -> None:
        story = account.publish(account.container(image_url=photo, media_type="STORIES")).json()["id"]
        assert error_codes(account.get(f"{story}/insights", metric="views")) == (10, None)
