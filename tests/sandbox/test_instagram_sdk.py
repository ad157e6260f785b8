"""Meta's official SDK, unchanged, against the stand-in: every format, uploads, reading back, errors."""

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests

from clips import padded
from sandbox.conftest import InstagramAccount, MakeVideo, MediaHost, jpeg, switch_on
from sandbox.youtube_tools import assert_contiguous

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from facebook_business.adobjects.igmedia import IGMedia
    from facebook_business.adobjects.iguser import IGUser
    from facebook_business.api import FacebookAdsApi, FacebookSession
    from facebook_business.exceptions import FacebookRequestError

DAY = 24 * 3600
SIZE = 600_000


@dataclass(frozen=True)
class Sdk:
    """One account's user object, and the calls around it that every publisher makes."""

    session: Any
    api: Any
    user: Any

    def create(self, **params: Any) -> Any:
        return self.user.create_media(params=params)

    def status(self, container: Any, fields: str = "status_code,status") -> Any:
        # As a parameter: the SDK has no class for containers, and warns of fields that media lacks.
        return IGMedia(container["id"], api=self.api).api_get(params={"fields": fields})

    def settled(self, container: Any) -> Any:
        """The container's status once its video was looked at."""
        deadline = time.monotonic() + 20
        while (answer := self.status(container))["status_code"] == "IN_PROGRESS":
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return answer

    def publish(self, container: Any) -> Any:
        return self.user.create_media_publish(params={"creation_id": container["id"]})

    def send(self, container: Any, content: bytes, *, offset: int = 0) -> requests.Response:
        """Bytes go by the SDK's own HTTP session: it has no call for them."""
        headers = {
            "Authorization": f"OAuth {self.session.access_token}",
            "offset": str(offset),
            "file_size": str(len(content)),
            "Content-Type": "application/octet-stream",
        }
        return self.session.requests.post(container["uri"], data=content[offset:], headers=headers)


@pytest.fixture
def sdk(sandbox_url: str, account: InstagramAccount) -> Iterator[Sdk]:
    keys = account.credentials
    session: Any = FacebookSession(keys["app_id"], keys["app_secret"], keys["access_token"])
    session.GRAPH = f"{sandbox_url}/instagram"
    api = FacebookAdsApi(session)
    with session.requests:
        yield Sdk(session, api, IGUser(account.id, api=api))


@pytest.fixture
def film(media: MediaHost, make_video: MakeVideo) -> str:
    return media.put("film.mp4", make_video(), "video/mp4")


@pytest.fixture
def portrait(media: MediaHost) -> str:
    return media.put("portrait.jpg", jpeg(540, 960))


def kinds(media: Any) -> tuple[str, str]:
    read = media.api_get(fields=["media_type", "media_product_type"])
    return read["media_type"], read["media_product_type"]


def mimes(account: InstagramAccount) -> list[str]:
    (post,) = account.published()
    return [item["mime"] for item in post["media"]]


class TestPublishing:
    def test_a_picture(self, sdk: Sdk, account: InstagramAccount, photo: str) -> None:
        media = sdk.publish(sdk.create(image_url=photo, caption="SDK로 #커피", alt_text="잔"))
        (post,) = account.published()
        assert (post["id"], post["kind"], post["text"]) == (media["id"], "image", "SDK로 #커피")
        assert post["media"][0]["alt"] == "잔"
        assert kinds(media) == ("IMAGE", "FEED")

    def test_a_reel_by_its_address(
        self, sdk: Sdk, account: InstagramAccount, film: str, portrait: str
    ) -> None:
        container = sdk.create(
            media_type="REELS",
            video_url=film,
            cover_url=portrait,
            thumb_offset=1500,
            caption="릴스",
            share_to_feed=True,
            audio_name="빗소리",
            collaborators=["haru", "bom"],
            user_tags=[{"username": "haru"}],
        )
        assert sdk.settled(container)["status_code"] == "FINISHED"
        media = sdk.publish(container)
        assert (account.published()[0]["kind"], mimes(account)) == ("reel", ["video/mp4"])
        assert kinds(media) == ("VIDEO", "REELS")
        assert sdk.status(container)["status_code"] == "PUBLISHED"

    def test_a_story_with_a_picture(self, sdk: Sdk, account: InstagramAccount, portrait: str) -> None:
        media = sdk.publish(sdk.create(media_type="STORIES", image_url=portrait))
        assert (account.published()[0]["kind"], mimes(account)) == ("story", ["image/jpeg"])
        assert kinds(media) == ("IMAGE", "STORY")

    def test_a_story_with_a_video(self, sdk: Sdk, account: InstagramAccount, film: str) -> None:
        container = sdk.create(media_type="STORIES", video_url=film)
        assert sdk.settled(container)["status_code"] == "FINISHED"
        media = sdk.publish(container)
        assert (account.published()[0]["kind"], mimes(account)) == ("story", ["video/mp4"])
        assert kinds(media) == ("VIDEO", "STORY")

    def test_a_carousel_mixes_pictures_and_a_video(
        self, sdk: Sdk, account: InstagramAccount, photo: str, film: str
    ) -> None:
        parts = [
            sdk.create(image_url=photo, is_carousel_item=True, alt_text="잔"),
            sdk.create(media_type="VIDEO", video_url=film, is_carousel_item=True),
            sdk.create(image_url=photo, is_carousel_item=True),
        ]
        assert [sdk.settled(part)["status_code"] for part in parts] == ["FINISHED"] * 3
        children = [part["id"] for part in parts]
        media = sdk.publish(sdk.create(media_type="CAROUSEL", children=children, caption="세 장"))
        assert (account.published()[0]["kind"], mimes(account)) == (
            "carousel",
            ["image/jpeg", "video/mp4", "image/jpeg"],
        )
        assert kinds(media) == ("CAROUSEL_ALBUM", "FEED")
        listed = media.get_children(fields=["media_type", "media_url"])
        assert [child["media_type"] for child in listed] == ["IMAGE", "VIDEO", "IMAGE"]

    @pytest.mark.parametrize("said", [True, False])
    def test_yes_and_no_read_back_as_they_were_said(self, sdk: Sdk, film: str, *, said: bool) -> None:
        container = sdk.create(media_type="REELS", video_url=film, share_to_feed=said, is_ai_generated=said)
        sdk.settled(container)
        read = sdk.publish(container).api_get(fields=["is_shared_to_feed", "is_ai_generated"])
        assert (read["is_shared_to_feed"], read["is_ai_generated"]) == (said, said)

    def test_a_post_is_deleted(self, sdk: Sdk, account: InstagramAccount, photo: str) -> None:
        sdk.publish(sdk.create(image_url=photo)).api_delete()
        assert account.published() == []

    def test_the_limit_counts_every_format_once(
        self, http: httpx.Client, sdk: Sdk, account: InstagramAccount, photo: str, portrait: str
    ) -> None:
        children = [sdk.create(image_url=photo, is_carousel_item=True)["id"] for _ in range(2)]
        sdk.publish(sdk.create(media_type="CAROUSEL", children=children))
        sdk.publish(sdk.create(media_type="STORIES", image_url=portrait))
        (limit,) = sdk.user.get_content_publishing_limit(fields=["quota_usage", "config"])
        assert limit["quota_usage"] == 2
        assert limit["config"] == {"quota_total": 50, "quota_duration": DAY}
        (bare,) = sdk.user.get_content_publishing_limit()
        assert bare.export_all_data() == {"quota_usage": 2}
        (recent,) = sdk.user.get_content_publishing_limit(params={"since": int(time.time()) - 3600})
        assert recent["quota_usage"] == 2
        http.post("/_sandbox/clock", json={"advance_s": DAY + 1})
        (later,) = sdk.user.get_content_publishing_limit()
        assert later["quota_usage"] == 0


class TestResumableUpload:
    @pytest.fixture
    def content(self, make_video: MakeVideo) -> bytes:
        return padded(make_video(), SIZE)

    def test_a_reel_in_one_go(self, sdk: Sdk, account: InstagramAccount, content: bytes) -> None:
        container = sdk.create(media_type="REELS", upload_type="resumable", caption="바이트로")
        assert sdk.send(container, content).json() == {"success": True, "message": "Upload successful."}
        assert sdk.status(container)["status_code"] == "FINISHED"
        assert kinds(sdk.publish(container)) == ("VIDEO", "REELS")
        self.assert_published(account, content)

    def test_one_that_was_cut_goes_on_with_what_had_not_arrived(
        self, http: httpx.Client, sdk: Sdk, account: InstagramAccount, content: bytes
    ) -> None:
        container = sdk.create(media_type="REELS", upload_type="resumable")
        for cut in (200_000, 150_000):
            switch_on(http, {"kind": "drop_within", "bytes": cut}, match={"path_regex": "ig-api-upload"})
            with pytest.raises(requests.ConnectionError):
                sdk.send(container, content, offset=self.received(sdk, container))
        kept = self.received(sdk, container)
        assert 0 < kept < SIZE
        assert sdk.status(container)["status_code"] == "IN_PROGRESS"
        assert sdk.send(container, content, offset=kept - 1).status_code == 400
        assert self.received(sdk, container) == kept
        assert sdk.send(container, content, offset=kept).json()["success"] is True
        phases = sdk.status(container, "video_status")["video_status"]
        assert phases["uploading_phase"] == {"status": "complete", "bytes_transferred": SIZE}
        sdk.publish(container)
        self.assert_published(account, content)
        assert_contiguous(self.confirmed(account), SIZE)

    def test_an_address_instead_of_bytes_needs_only_the_sdks_own_call(
        self, sdk: Sdk, account: InstagramAccount, film: str
    ) -> None:
        container = sdk.create(media_type="STORIES", upload_type="resumable")
        answer = sdk.api.call("POST", container["uri"], headers={"file_url": film})
        assert answer.json()["success"] is True
        assert kinds(sdk.publish(container)) == ("VIDEO", "STORY")
        assert mimes(account) == ["video/mp4"]

    def received(self, sdk: Sdk, container: Any) -> int:
        phase = sdk.status(container, "video_status")["video_status"]["uploading_phase"]
        assert phase["status"] == "in_progress"
        return phase["bytes_transferred"]

    def confirmed(self, account: InstagramAccount) -> list[tuple[int, int]]:
        items = account.http.get("/_sandbox/requests", params={"platform": "instagram"}).json()["items"]
        ranges = [item["range"].split("-") for item in items if "range" in item]
        return [(int(first), int(last)) for first, last in ranges]

    def assert_published(self, account: InstagramAccount, content: bytes) -> None:
        (post,) = account.published()
        assert account.http.get(post["media"][0]["url"]).content == content


class TestReadingBack:
    def test_who_am_i(self, sdk: Sdk, account: InstagramAccount, photo: str) -> None:
        sdk.publish(sdk.create(image_url=photo))
        me = sdk.user.api_get(fields=["username", "media_count"])
        assert (me["id"], me["username"], me["media_count"]) == (account.id, "커피하루", 1)

    def test_a_post_by_its_id(self, http: httpx.Client, sdk: Sdk, photo: str) -> None:
        media = sdk.publish(sdk.create(image_url=photo, caption="아침 커피"))
        read = media.api_get(fields=["caption", "permalink", "timestamp", "like_count", "username"])
        assert (read["caption"], read["username"]) == ("아침 커피", "커피하루")
        assert "아침 커피" in http.get(read["permalink"]).text

    def test_media_and_stories_are_listed_apart(self, sdk: Sdk, photo: str, portrait: str, film: str) -> None:
        still = sdk.publish(sdk.create(image_url=photo))
        story = sdk.publish(sdk.create(media_type="STORIES", image_url=portrait))
        container = sdk.create(media_type="REELS", video_url=film)
        sdk.settled(container)
        reel = sdk.publish(container)
        fields = ["permalink", "media_type", "media_product_type"]
        listed = [
            (each["id"], each["media_type"], each["media_product_type"])
            for each in sdk.user.get_media(fields=fields)
        ]
        assert listed == [(reel["id"], "VIDEO", "REELS"), (still["id"], "IMAGE", "FEED")]
        (told,) = sdk.user.get_stories(fields=fields)
        assert (told["id"], told["media_product_type"]) == (story["id"], "STORY")

    def test_the_cursor_walks_through_all_pages(self, sdk: Sdk, photo: str) -> None:
        ids = [sdk.publish(sdk.create(image_url=photo))["id"] for _ in range(5)]
        assert [each["id"] for each in sdk.user.get_media(params={"limit": 2})] == ids[::-1]

    def test_numbers_of_each_kind(
        self, http: httpx.Client, sdk: Sdk, photo: str, portrait: str, film: str
    ) -> None:
        container = sdk.create(media_type="REELS", video_url=film)
        sdk.settled(container)
        asked = [
            (sdk.create(image_url=photo), ["views", "saved", "profile_visits", "follows"]),
            (container, ["views", "ig_reels_avg_watch_time", "reels_skip_rate"]),
            (sdk.create(media_type="STORIES", image_url=portrait), ["views", "navigation"]),
        ]
        published = [(sdk.publish(each), metrics) for each, metrics in asked]
        http.post("/_sandbox/clock", json={"advance_s": DAY - 60})
        for media, metrics in published:
            found = list(media.get_insights(params={"metric": metrics}))
            assert [item["name"] for item in found] == metrics
            assert found[0]["values"][0]["value"] > 0

    def test_numbers_of_the_account(self, http: httpx.Client, sdk: Sdk, photo: str) -> None:
        sdk.publish(sdk.create(image_url=photo))
        http.post("/_sandbox/clock", json={"advance_s": 3600})
        asked = {"metric": ["reach", "views"], "period": ["day"], "metric_type": "total_value"}
        reach, views = sdk.user.get_insights(params=asked)
        assert (reach["name"], reach["period"], views["name"]) == ("reach", "day", "views")
        assert 0 < reach["total_value"]["value"] < views["total_value"]["value"]


class TestErrors:
    def failure(self, call: Any, *args: Any, **params: Any) -> Any:
        with pytest.raises(FacebookRequestError) as caught:
            call(*args, **params)
        assert caught.value.api_error_type() == "OAuthException"
        assert caught.value.api_error_message()
        return caught.value

    def facts(self, call: Any, *args: Any, **params: Any) -> tuple[int, int, int | None, bool]:
        """HTTP status, code, sub-code and whether it passes by itself."""
        error = self.failure(call, *args, **params)
        codes = (error.http_status(), error.api_error_code(), error.api_error_subcode())
        return *codes, error.api_transient_error()

    def test_a_container_that_is_not_ready(
        self, http: httpx.Client, sdk: Sdk, account: InstagramAccount, film: str
    ) -> None:
        account.set_state(processing={"seconds": 60, "result": "finished"})
        container = sdk.create(media_type="REELS", video_url=film)
        assert self.facts(sdk.publish, container) == (400, 9007, 2207027, False)
        http.post("/_sandbox/clock", json={"advance_s": 61})
        assert sdk.settled(container)["status_code"] == "FINISHED"
        sdk.publish(container)
        assert len(account.published()) == 1

    def test_a_video_of_a_wrong_format_fails_in_its_container(
        self, sdk: Sdk, account: InstagramAccount, media: MediaHost, make_video: MakeVideo
    ) -> None:
        url = media.put("old.mp4", make_video(codec="mpeg4"), "video/mp4")
        container = sdk.create(media_type="REELS", video_url=url)
        answer = sdk.settled(container)
        assert answer["status_code"] == "ERROR"
        assert "2207026" in answer["status"]
        assert self.facts(sdk.publish, container) == (400, 9007, 2207027, False)
        assert account.published() == []

    def test_a_video_of_a_wrong_format_may_be_refused_at_once(
        self, http: httpx.Client, sdk: Sdk, film: str
    ) -> None:
        error = {"message": "Unsupported", "type": "OAuthException", "code": 352, "error_subcode": 2207026}
        effect = {"kind": "answer", "status": 400, "body": {"error": error}}
        switch_on(http, effect, match={"path_regex": "/media$"})
        assert self.facts(sdk.create, media_type="REELS", video_url=film) == (400, 352, 2207026, False)

    def test_a_picture_of_a_wrong_format_or_shape(self, sdk: Sdk, media: MediaHost) -> None:
        wide = media.put("wide.jpg", jpeg(2000, 500))
        assert self.facts(sdk.create, image_url=wide) == (400, 36003, 2207009, False)
        page = media.put("page.jpg", b"<html>", "image/jpeg")
        assert self.facts(sdk.create, image_url=page) == (400, 36001, 2207005, False)
        assert self.facts(sdk.create, image_url=f"{media.url}/gone.jpg") == (400, 9004, 2207052, False)

    def test_a_dead_token(self, sdk: Sdk, account: InstagramAccount, photo: str) -> None:
        container = sdk.create(image_url=photo)
        account.set_state(token="expired")
        assert self.facts(sdk.user.api_get, fields=["username"]) == (400, 190, 463, False)
        assert self.facts(sdk.publish, container) == (400, 190, 463, False)
        account.set_state(token="revoked")
        assert self.facts(sdk.publish, container) == (400, 190, 458, False)

    def test_too_many_calls_pass_by_themselves(self, http: httpx.Client, sdk: Sdk, photo: str) -> None:
        usage = '{"call_count": 100, "total_time": 25, "total_cputime": 25}'
        effect = {"kind": "answer", "status": 429, "headers": {"X-App-Usage": usage}}
        switch_on(http, effect, match={"path_regex": "/media$"})
        error = self.failure(sdk.create, image_url=photo)
        assert (error.api_error_code(), error.api_error_subcode()) == (4, None)
        assert error.api_transient_error() is True
        assert error.http_headers()["X-App-Usage"] == usage
        sdk.create(image_url=photo)

    def test_a_full_day_and_a_block_are_told_apart_by_the_sub_code(
        self, sdk: Sdk, account: InstagramAccount, photo: str
    ) -> None:
        container = sdk.create(image_url=photo)
        account.set_state(quota_used=50)
        assert self.facts(sdk.publish, container) == (400, 9, 2207042, False)
        account.set_state(quota_used=0, account="restricted")
        assert self.facts(sdk.publish, container) == (400, 4, 2207051, False)

    def test_a_container_that_is_unknown(self, sdk: Sdk) -> None:
        missing = {"id": "17900000000000000"}
        assert self.facts(sdk.status, missing) == (400, 100, 33, False)
        assert self.facts(sdk.publish, missing) == (400, 100, 33, False)

    def test_a_server_that_is_down(self, http: httpx.Client, sdk: Sdk) -> None:
        switch_on(http, {"kind": "answer", "status": 503})
        assert self.facts(sdk.user.api_get) == (503, 2, None, True)
