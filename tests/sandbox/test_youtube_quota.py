"""What a project and a channel may use in a day, and accounts that may nothing at all."""

from typing import Any

import httpx
import pytest

from sandbox.conftest import switch_on
from sandbox.youtube_tools import CHOSEN, Channel, later, open_channel, reason


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


def at(http: httpx.Client, instant: str) -> None:
    """Move the stand-ins' clock to an instant."""
    assert http.post("/_sandbox/clock", json={"at": instant}).status_code == 200


def renew(channel: Channel) -> None:
    asked = {name: channel.credentials[name] for name in ("refresh_token", "client_id", "client_secret")}
    answer = channel.http.post("/google-oauth/token", data={**asked, "grant_type": "refresh_token"})
    channel.credentials.update(answer.json())


def own(channel: Channel) -> httpx.Response:
    return channel.get("channels", part="id", mine="true")


class TestUploads:
    def test_a_hundred_uploads_a_day_for_all_channels_of_a_project(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        other = open_channel(http, "같은프로젝트")
        app = http.post("/_sandbox/apps", json={"platform": "youtube", "redirect_uris": []}).json()
        apart = open_channel(http, "다른프로젝트", client_id=app["client_id"])
        channel.set_state(quota_used=98)
        assert [channel.start().status_code, other.start().status_code] == [200, 200]
        assert [channel.start().status_code, other.start().status_code] == [429, 429]
        assert apart.start().status_code == 200
        assert own(channel).status_code == 200

    def test_the_day_ends_at_midnight_pacific_time(self, http: httpx.Client) -> None:
        at(http, "2100-01-15T07:59:00Z")
        channel = open_channel(http, "겨울")
        channel.set_state(uploads_per_day=1)
        assert channel.start().status_code == 200
        assert channel.start().status_code == 429
        later(http, seconds=50)
        assert channel.start().status_code == 429
        later(http, seconds=10)
        assert channel.start().status_code == 200
        # Summer time: midnight is an hour earlier.
        at(http, "2100-07-15T06:59:30Z")
        channel = open_channel(http, "여름")
        channel.set_state(uploads_per_day=1)
        assert [channel.start().status_code for _ in range(2)] == [200, 429]
        later(http, seconds=30)
        assert channel.start().status_code == 200

    def test_a_full_bucket_answers_429_or_403(self, channel: Channel) -> None:
        channel.set_state(quota_used=100)
        answer = channel.start()
        error = answer.json()["error"]
        assert reason(answer) == (429, "rateLimitExceeded")
        assert error["status"] == "RESOURCE_EXHAUSTED"
        assert "'Video Uploads' and limit 'Video Uploads per day'" in error["message"]
        assert error["errors"][0]["domain"] == "global"
        channel.set_state(upload_limit_status=403)
        answer = channel.start()
        assert reason(answer) == (403, "quotaExceeded")
        assert answer.json()["error"]["errors"][0]["domain"] == "youtube.quota"

    def test_a_refused_start_is_counted_and_bytes_are_not(self, channel: Channel) -> None:
        channel.set_state(uploads_per_day=3)
        assert channel.start({**CHOSEN, "snippet": {"title": ""}}).status_code == 400
        session = channel.session(size=3)
        for _ in range(4):
            channel.ask(session, 3)
        assert channel.http.put(session, content=b"abc").status_code == 201
        assert channel.start().status_code == 200
        assert channel.start().status_code == 429

    def test_a_channel_has_a_limit_of_its_own_for_24_hours(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        channel.set_state(channel_uploads=1)
        channel.upload(b"noise")
        assert reason(channel.start()) == (400, "uploadLimitExceeded")
        later(http, hours=24)
        renew(channel)
        assert channel.start().status_code == 200


class TestUnits:
    @pytest.mark.parametrize(
        ("method", "path", "asked", "cost"),
        [
            ("GET", "channels", {"part": "id", "mine": "true"}, 1),
            ("GET", "videos", {"part": "id", "id": "x"}, 1),
            ("GET", "playlists", {"part": "id", "mine": "true"}, 1),
            ("GET", "videoCategories", {"part": "snippet", "id": "1"}, 1),
            ("GET", "playlistItems", {"part": "id", "playlistId": "PLx"}, 1),
            ("GET", "captions", {"part": "id", "videoId": "x"}, 50),
            ("DELETE", "captions", {"id": "x"}, 50),
            ("PUT", "videos", {"part": "id"}, 50),
            ("DELETE", "videos", {"id": "x"}, 50),
            ("POST", "playlists", {"part": "snippet"}, 50),
            ("POST", "playlistItems", {"part": "snippet"}, 50),
        ],
    )
    def test_each_method_has_its_price_whether_it_succeeds_or_not(
        self, channel: Channel, method: str, path: str, asked: dict[str, Any], cost: int
    ) -> None:
        channel.set_state(units_per_day=cost)
        assert channel.call(method, path, **asked).status_code != 403
        assert reason(channel.call(method, path, **asked)) == (403, "quotaExceeded")
        channel.set_state(units_per_day=2 * cost - 1)
        assert reason(channel.call(method, path, **asked)) == (403, "quotaExceeded")
        channel.set_state(units_per_day=2 * cost)
        assert channel.call(method, path, **asked).status_code != 403

    @pytest.mark.parametrize(("path", "cost"), [("thumbnails/set", 50), ("captions", 400)])
    def test_uploads_that_are_no_videos_cost_units(self, channel: Channel, path: str, cost: int) -> None:
        channel.set_state(units_per_day=cost, quota_used=100)
        assert channel.start({}, path=path, part="snippet").status_code in (400, 404)
        assert reason(channel.start({}, path=path, part="snippet")) == (403, "quotaExceeded")

    def test_units_come_back_at_midnight_pacific_time(self, http: httpx.Client) -> None:
        at(http, "2100-01-15T07:59:30Z")
        channel = open_channel(http, "겨울")
        channel.set_state(units_per_day=1)
        assert [own(channel).status_code for _ in range(2)] == [200, 403]
        later(http, seconds=31)
        assert own(channel).status_code == 200


class TestStanding:
    @pytest.mark.parametrize(
        "why",
        [
            "authenticatedUserAccountSuspended",
            "authenticatedUserAccountClosed",
            "channelSuspended",
            "channelClosed",
            "accountSuspended",
        ],
    )
    def test_a_suspended_account_may_nothing(self, channel: Channel, why: str) -> None:
        channel.set_state(account="suspended", suspension=why)
        assert reason(own(channel)) == (403, why)
        assert reason(channel.start()) == (403, why)

    def test_a_restricted_account_may_read(self, channel: Channel) -> None:
        channel.set_state(account="restricted")
        assert own(channel).status_code == 200
        assert reason(channel.start()) == (403, "channelSuspended")

    def test_an_account_without_a_channel_and_a_project_without_the_api(self, channel: Channel) -> None:
        channel.set_state(channel="missing")
        assert reason(own(channel)) == (401, "youtubeSignupRequired")
        channel.set_state(channel="exists", api="disabled")
        answer = own(channel)
        assert reason(answer) == (403, "accessNotConfigured")
        assert answer.json()["error"]["details"][0]["reason"] == "SERVICE_DISABLED"

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            (400, "badRequest"),
            (401, "authError"),
            (403, "forbidden"),
            (404, "notFound"),
            (429, "rateLimitExceeded"),
            (500, "internalError"),
            (503, "backendError"),
        ],
    )
    def test_a_switched_on_failure_has_the_platforms_shape(
        self, http: httpx.Client, channel: Channel, status: int, why: str
    ) -> None:
        switch_on(http, {"kind": "answer", "status": status}, platform="youtube")
        assert reason(own(channel)) == (status, why)

    def test_paths_that_are_not_served_answer_in_the_same_shape(self, channel: Channel) -> None:
        assert reason(channel.get("search", part="snippet")) == (404, "notFound")
