"""Every publishing rule of the Graph API that the stand-in enforces, by the code the platform names."""

import socket
from typing import Any

import httpx
import pytest

from pressrun.sandbox.instagram import media_check
from sandbox.conftest import InstagramAccount, MediaHost, encoded, error_codes, jpeg, open_instagram


def refused(account: InstagramAccount, **params: Any) -> tuple[int, int | None]:
    answer = account.post(f"{account.id}/media", **params)
    assert answer.status_code == 400, answer.text
    return error_codes(answer)


class TestImages:
    def test_png_is_refused_unless_the_rule_says_accept(
        self, account: InstagramAccount, media: MediaHost
    ) -> None:
        url = media.put("a.png", encoded("PNG"), "image/png")
        assert refused(account, image_url=url) == (36001, 2207005)
        account.set_state(rules={"png": "accept"})
        assert account.status(account.container(image_url=url))["status_code"] == "FINISHED"

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP"])
    def test_other_formats_are_refused_whatever_their_name_says(
        self, account: InstagramAccount, media: MediaHost, kind: str
    ) -> None:
        assert refused(account, image_url=media.put("a.jpg", encoded(kind))) == (36001, 2207005)

    def test_a_torn_jpeg_is_refused(self, account: InstagramAccount, media: MediaHost) -> None:
        whole = jpeg()
        assert refused(account, image_url=media.put("a.jpg", whole[: len(whole) // 2])) == (36001, 2207005)

    def test_eight_mebibytes_are_the_limit(self, account: InstagramAccount, media: MediaHost) -> None:
        small, limit = jpeg(), 8 * 1024 * 1024
        account.container(image_url=media.put("full.jpg", small + b"\0" * (limit - len(small))))
        too_large = media.put("large.jpg", small + b"\0" * (limit - len(small) + 1))
        assert refused(account, image_url=too_large) == (36000, 2207004)

    @pytest.mark.parametrize(("width", "height"), [(1080, 1350), (1080, 566), (1080, 1080), (320, 400)])
    def test_ratios_from_4_5_to_1_91_are_taken(
        self, account: InstagramAccount, media: MediaHost, width: int, height: int
    ) -> None:
        account.container(image_url=media.put("a.jpg", jpeg(width, height)))

    @pytest.mark.parametrize(("width", "height"), [(1080, 1352), (1080, 1920), (1080, 564), (2000, 500)])
    def test_other_ratios_are_refused(
        self, account: InstagramAccount, media: MediaHost, width: int, height: int
    ) -> None:
        assert refused(account, image_url=media.put("a.jpg", jpeg(width, height))) == (36003, 2207009)

    def test_a_story_may_have_any_ratio(self, account: InstagramAccount, media: MediaHost) -> None:
        container = account.container(image_url=media.put("a.jpg", jpeg(1080, 1920)), media_type="STORIES")
        account.publish(container)
        assert account.published()[0]["kind"] == "story"

    def test_an_address_that_does_not_answer_is_refused_at_creation(
        self, account: InstagramAccount, media: MediaHost
    ) -> None:
        assert refused(account, image_url=f"{media.url}/missing.jpg") == (9004, 2207052)
        assert refused(account, image_url="http://127.0.0.1:1/a.jpg") == (9004, 2207052)
        assert refused(account, image_url="not an address") == (9004, 2207052)

    def test_a_server_that_never_answers_takes_too_long(
        self, account: InstagramAccount, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(media_check, "FETCH_SECONDS", 0.1)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.jpg"
            assert refused(account, image_url=url) == (-2, 2207003)

    def test_a_page_instead_of_a_picture_could_not_be_fetched(
        self, account: InstagramAccount, media: MediaHost
    ) -> None:
        url = media.put("login", b"<html>log in</html>", "text/html")
        assert refused(account, image_url=url) == (9004, 2207052)

    def test_a_missing_address_is_named(self, account: InstagramAccount) -> None:
        answer = account.post(f"{account.id}/media", caption="글만")
        assert error_codes(answer) == (100, None)
        assert "image_url" in answer.json()["error"]["message"]


class TestText:
    def test_a_caption_has_at_most_2200_characters(self, account: InstagramAccount, photo: str) -> None:
        account.container(image_url=photo, caption="가" * 2200)
        assert refused(account, image_url=photo, caption="가" * 2201) == (36004, 2207010)

    def test_thirty_hashtags_are_the_limit(self, account: InstagramAccount, photo: str) -> None:
        account.container(image_url=photo, caption=" ".join(f"#태그{n}" for n in range(30)))
        assert refused(account, image_url=photo, caption=" ".join(f"#태그{n}" for n in range(31))) == (
            36004,
            2207010,
        )

    def test_the_smaller_hashtag_limit_can_be_switched_on(
        self, account: InstagramAccount, photo: str
    ) -> None:
        account.set_state(rules={"hashtags": 5})
        account.container(image_url=photo, caption="#a #b #c #d #e")
        assert refused(account, image_url=photo, caption="#a #b #c #d #e #f") == (36004, 2207010)

    def test_twenty_mentions_are_the_limit_and_mail_addresses_are_none(
        self, account: InstagramAccount, photo: str
    ) -> None:
        mentions = " ".join(f"@friend{n}" for n in range(20))
        account.container(image_url=photo, caption=f"{mentions} mail@example.com")
        assert refused(account, image_url=photo, caption=f"{mentions} @one.more") == (36004, 2207010)

    def test_alt_text_has_at_most_1000_characters(self, account: InstagramAccount, photo: str) -> None:
        account.container(image_url=photo, alt_text="a" * 1000)
        assert refused(account, image_url=photo, alt_text="a" * 1001) == (100, None)

    @pytest.mark.parametrize(
        "params",
        [
            {"collaborators": '["a","b","c","d"]'},
            {"location_id": "seoul"},
            {"user_tags": '[{"username":"a"}]'},
            {"user_tags": '[{"username":"a","x":1.2,"y":0.5}]'},
            {"user_tags": "{broken"},
        ],
    )
    def test_other_parameters_are_checked(
        self, account: InstagramAccount, photo: str, params: dict[str, str]
    ) -> None:
        assert refused(account, image_url=photo, **params) == (100, None)

    def test_media_types_must_exist(self, account: InstagramAccount, photo: str) -> None:
        assert refused(account, image_url=photo, media_type="POSTER") == (100, 2207023)
        assert refused(account, video_url=photo, media_type="VIDEO") == (100, 2207067)


class TestCarousels:
    def test_two_to_ten_children_become_one_post_in_their_order(
        self, account: InstagramAccount, media: MediaHost
    ) -> None:
        urls = [media.put(f"{n}.jpg", jpeg(colour=(n * 20, 80, 80))) for n in range(10)]
        children = [
            account.container(image_url=url, is_carousel_item="true", alt_text=f"그림 {n}")
            for n, url in enumerate(urls)
        ]
        parent = account.container(media_type="CAROUSEL", children=",".join(children), caption="열 장")
        media_id = account.publish(parent).json()["id"]

        (post,) = account.published()
        assert (post["id"], post["kind"], post["text"]) == (media_id, "carousel", "열 장")
        assert [item["source_url"] for item in post["media"]] == urls
        assert [item["alt"] for item in post["media"]] == [f"그림 {n}" for n in range(10)]
        assert account.status(children[0])["status_code"] == "PUBLISHED"

    @pytest.mark.parametrize("count", [0, 1, 11])
    def test_other_counts_are_refused(self, account: InstagramAccount, photo: str, count: int) -> None:
        child = account.container(image_url=photo, is_carousel_item="true")
        assert refused(account, media_type="CAROUSEL", children=",".join([child] * count)) == (100, 2207028)

    def test_children_must_be_known_own_and_made_as_children(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        child = account.container(image_url=photo, is_carousel_item="true")
        single = account.container(image_url=photo)
        foreign = open_instagram(http, "다른곳").container(image_url=photo, is_carousel_item="true")

        def with_second(id_: str) -> tuple[int, int | None]:
            return refused(account, media_type="CAROUSEL", children=f"{child},{id_}")

        assert with_second("17900000000000000") == (100, 33)
        assert with_second(foreign) == (100, 33)
        assert with_second(single) == (100, None)

    def test_children_must_be_finished(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        done = account.container(image_url=photo, is_carousel_item="true")
        account.set_state(processing={"seconds": 30, "result": "finished"})
        slow = account.container(image_url=photo, is_carousel_item="true")
        assert refused(account, media_type="CAROUSEL", children=f"{done},{slow}") == (9007, 2207027)
        http.post("/_sandbox/clock", json={"advance_s": 31})
        account.container(media_type="CAROUSEL", children=f"{done},{slow}")

    def test_a_child_cannot_be_published_alone(self, account: InstagramAccount, photo: str) -> None:
        child = account.container(image_url=photo, is_carousel_item="true")
        assert error_codes(account.publish(child)) == (100, None)
        assert account.published() == []


class TestContainers:
    def test_processing_runs_on_the_stand_ins_clock(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        account.set_state(processing={"seconds": 60, "result": "finished"})
        container = account.container(image_url=photo)
        assert account.status(container)["status_code"] == "IN_PROGRESS"
        assert error_codes(account.publish(container)) == (9007, 2207027)
        http.post("/_sandbox/clock", json={"advance_s": 61})
        assert account.status(container)["status_code"] == "FINISHED"
        assert account.publish(container).status_code == 200
        assert account.status(container)["status_code"] == "PUBLISHED"

    @pytest.mark.parametrize(("result", "status"), [("error", "ERROR"), ("expired", "EXPIRED")])
    def test_processing_can_end_badly(
        self, account: InstagramAccount, photo: str, result: str, status: str
    ) -> None:
        account.set_state(processing={"seconds": 0, "result": result})
        container = account.container(image_url=photo)
        answer = account.status(container)
        assert answer["status_code"] == status
        assert (result == "error") == ("2207032" in answer["status"])
        assert account.publish(container).status_code == 400
        assert account.published() == []

    def test_a_container_expires_after_24_hours(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        container = account.container(image_url=photo)
        http.post("/_sandbox/clock", json={"advance_s": 24 * 3600 - 60})
        assert account.status(container)["status_code"] == "FINISHED"
        http.post("/_sandbox/clock", json={"advance_s": 61})
        assert account.status(container)["status_code"] == "EXPIRED"
        assert error_codes(account.publish(container)) == (24, 2207008)

    def test_the_node_of_a_container_has_no_media_id(self, account: InstagramAccount, photo: str) -> None:
        container = account.container(image_url=photo)
        answer = account.get(container, fields="id,media_id")
        assert error_codes(answer) == (100, None)

    def test_400_containers_in_24_hours_are_the_limit(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        child = account.container(image_url=photo, is_carousel_item="true")
        for _ in range(399):
            account.container(media_type="CAROUSEL", children=f"{child},{child}")
        assert refused(account, image_url=photo) == (4, None)
        http.post("/_sandbox/clock", json={"advance_s": 24 * 3600 + 1})
        account.container(image_url=photo)


class TestPublishing:
    def test_unknown_and_foreign_containers_are_refused_alike(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        foreign = open_instagram(http, "다른곳").container(image_url=photo)
        assert error_codes(account.publish(foreign)) == (100, 33)
        assert error_codes(account.publish("17900000000000000")) == (100, 33)
        account.set_state(rules={"missing_container": "24/2207006"})
        assert error_codes(account.publish(foreign)) == (24, 2207006)

    def test_a_second_publish_makes_a_second_post_by_default(
        self, account: InstagramAccount, photo: str
    ) -> None:
        container = account.container(image_url=photo)
        first, second = account.publish(container).json()["id"], account.publish(container).json()["id"]
        assert first != second
        assert [post["id"] for post in account.published()] == [first, second]

    def test_a_second_publish_can_be_switched_to_refusal(self, account: InstagramAccount, photo: str) -> None:
        account.set_state(rules={"second_publish": "refuses"})
        container = account.container(image_url=photo)
        assert account.publish(container).status_code == 200
        assert account.publish(container).status_code == 400
        assert len(account.published()) == 1

    @pytest.mark.parametrize("cap", [50, 100, 2])
    def test_the_daily_cap_holds_for_24_hours(
        self, http: httpx.Client, account: InstagramAccount, photo: str, cap: int
    ) -> None:
        account.set_state(rules={"daily_cap": cap}, quota_used=cap - 1)
        container = account.container(image_url=photo)
        assert account.publish(container).status_code == 200
        assert error_codes(account.publish(account.container(image_url=photo))) == (9, 2207042)
        limit = account.get(f"{account.id}/content_publishing_limit", fields="quota_usage,config").json()
        assert limit == {
            "data": [{"quota_usage": cap, "config": {"quota_total": cap, "quota_duration": 86400}}]
        }
        http.post("/_sandbox/clock", json={"advance_s": 24 * 3600 + 1})
        assert account.get(f"{account.id}/content_publishing_limit").json() == {"data": [{"quota_usage": 0}]}
        assert account.publish(account.container(image_url=photo)).status_code == 200

    def test_a_suspended_account_neither_creates_nor_publishes(
        self, account: InstagramAccount, photo: str
    ) -> None:
        container = account.container(image_url=photo)
        account.set_state(account="suspended")
        assert refused(account, image_url=photo) == (25, 2207050)
        assert error_codes(account.publish(container)) == (25, 2207050)
        account.set_state(account="active")
        assert account.publish(container).status_code == 200

    def test_a_restricted_account_is_blocked_when_it_publishes(
        self, account: InstagramAccount, photo: str
    ) -> None:
        account.set_state(account="restricted")
        assert error_codes(account.publish(account.container(image_url=photo))) == (4, 2207051)
        assert account.published() == []

    def test_usage_headers_appear_when_switched_on(self, account: InstagramAccount, photo: str) -> None:
        assert "x-app-usage" not in account.get(account.id).headers
        account.set_state(rules={"usage_percent": 100})
        headers = account.get(account.id).headers
        assert '"call_count": 100' in headers["x-app-usage"]
        assert '"estimated_time_to_regain_access": 19' in headers["x-business-use-case-usage"]
