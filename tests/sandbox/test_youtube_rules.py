"""What a video may be called and said to be, and how it looks once it is there."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from sandbox.conftest import MakeVideo
from sandbox.youtube_tools import CHOSEN, Channel, later, open_channel, reason

TAGS_OF_500 = ["a" * 249, "b" * 250]


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


@pytest.fixture
def film(make_video: MakeVideo) -> bytes:
    return make_video(size="192x108")


def resource(
    *, snippet: dict[str, Any] | None = None, status: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"snippet": CHOSEN["snippet"] | (snippet or {}), "status": CHOSEN["status"] | (status or {})}


def soon(http: httpx.Client, hours: float) -> str:
    """An instant some hours ahead on the stand-ins' clock."""
    now = datetime.fromisoformat(http.get("/_sandbox/clock").json()["now"])
    return (now + timedelta(hours=hours)).isoformat(timespec="seconds")


class TestMetadata:
    @pytest.mark.parametrize(
        ("snippet", "why"),
        [
            ({"title": ""}, "invalidTitle"),
            ({"title": "   "}, "invalidTitle"),
            ({"title": 7}, "invalidTitle"),
            ({"title": "가" * 101}, "invalidTitle"),
            ({"title": "a < b"}, "invalidTitle"),
            ({"title": "a > b"}, "invalidTitle"),
            ({"description": "가" * 1667}, "invalidDescription"),
            ({"description": "a" * 5001}, "invalidDescription"),
            ({"description": "<b>"}, "invalidDescription"),
            ({"description": None}, "invalidDescription"),
            ({"tags": [*TAGS_OF_500, "c"]}, "invalidTags"),
            ({"tags": ["a " + "b" * 497]}, "invalidTags"),
            ({"tags": "walk"}, "invalidTags"),
            ({"tags": ["<walk>"]}, "invalidTags"),
            ({"categoryId": "21"}, "invalidCategoryId"),
            ({"categoryId": "999"}, "invalidCategoryId"),
            ({"categoryId": 22}, "invalidCategoryId"),
        ],
    )
    def test_a_snippet_that_breaks_a_rule_is_refused_before_any_byte(
        self, channel: Channel, snippet: dict[str, Any], why: str
    ) -> None:
        assert reason(channel.start(resource(snippet=snippet))) == (400, why)

    @pytest.mark.parametrize(
        "snippet",
        [
            {"title": "가" * 100},
            {"description": "가" * 1666 + "ab"},
            {"tags": TAGS_OF_500},
            {"tags": ["a " + "b" * 496]},
            {"tags": []},
            {"categoryId": "28"},
            {"defaultLanguage": "ko", "defaultAudioLanguage": "ko"},
        ],
    )
    def test_what_lies_just_inside_the_limits_is_taken(
        self, channel: Channel, snippet: dict[str, Any]
    ) -> None:
        assert channel.start(resource(snippet=snippet)).status_code == 200

    @pytest.mark.parametrize(
        ("status", "why"),
        [
            ({"privacyStatus": "friends"}, "invalidVideoMetadata"),
            ({"license": "mine"}, "invalidVideoMetadata"),
            ({"selfDeclaredMadeForKids": "no"}, "invalidVideoMetadata"),
            ({"containsSyntheticMedia": 1}, "invalidVideoMetadata"),
            ({"publishAt": "tomorrow"}, "invalidPublishAt"),
            ({"publishAt": "2100-01-01T00:00:00"}, "invalidPublishAt"),
            ({"publishAt": "2100-01-01T00:00:00Z", "privacyStatus": "public"}, "invalidPublishAt"),
            ({"publishAt": "2100-01-01T00:00:00Z", "privacyStatus": "unlisted"}, "invalidPublishAt"),
            ({"selfDeclaredMadeForKid": True}, "badRequest"),
        ],
    )
    def test_a_status_that_breaks_a_rule(self, channel: Channel, status: dict[str, Any], why: str) -> None:
        assert reason(channel.start(resource(status=status))) == (400, why)

    @pytest.mark.parametrize(
        ("sent", "part", "why"),
        [
            ({**CHOSEN, "snipet": {}}, "snippet,status", "badRequest"),
            (CHOSEN, "snippet", "unexpectedPart"),
            (CHOSEN, "snippet,status,mood", "unknownPart"),
            ({**CHOSEN, "status": "private"}, "snippet,status", "badRequest"),
            ({**CHOSEN, "localizations": {"en": {"title": "Walk"}}}, "snippet,status,localizations",
             "defaultLanguageNotSet"),
            ({**CHOSEN, "recordingDetails": {"recordingDate": "1 May"}}, "snippet,status,recordingDetails",
             "invalidRecordingDetails"),
        ],
    )  # fmt: skip
    def test_parts_and_names_must_fit(
        self, channel: Channel, sent: dict[str, Any], part: str, why: str
    ) -> None:
        assert reason(channel.start(sent, part=part)) == (400, why)

    def test_a_body_that_is_not_json(self, channel: Channel) -> None:
        answer = channel.http.post(
            "/youtube/upload/youtube/v3/videos?uploadType=resumable&part=snippet",
            content=b"{",
            headers={**channel.login(), "Content-Type": "application/json"},
        )
        assert reason(answer) == (400, "parseError")

    def test_everything_that_was_said_is_read_back(self, channel: Channel, film: bytes) -> None:
        sent = {
            "snippet": {
                "title": "산책",
                "description": "강가",
                "tags": ["walk", "river side"],
                "categoryId": "19",
                "defaultLanguage": "ko",
            },
            "status": {
                "privacyStatus": "unlisted",
                "selfDeclaredMadeForKids": True,
                "containsSyntheticMedia": True,
                "license": "creativeCommon",
                "embeddable": False,
                "publicStatsViewable": False,
            },
            "localizations": {"en": {"title": "Walk", "description": "By the river"}},
            "recordingDetails": {"recordingDate": "2026-11-01T00:00:00Z"},
        }
        parts = "snippet,status,localizations,recordingDetails"
        id_ = channel.upload(film, sent, part=parts)["id"]
        video = channel.video(id_, parts)
        assert sent["snippet"].items() <= video["snippet"].items()
        assert sent["status"].items() <= video["status"].items()
        assert video["localizations"] == sent["localizations"]
        assert video["recordingDetails"] == sent["recordingDetails"]
        assert video["status"]["madeForKids"] is True
        assert video["snippet"]["channelId"] == channel.id

    def test_an_omitted_privacy_is_public(self, channel: Channel, film: bytes) -> None:
        sent = {"snippet": {"title": "산책"}, "status": {"selfDeclaredMadeForKids": False}}
        assert channel.upload(film, sent)["status"]["privacyStatus"] == "public"


class TestTime:
    def test_a_scheduled_video_turns_public_by_the_clock(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        at = soon(http, 3)
        id_ = channel.upload(film, resource(status={"publishAt": at}))["id"]
        before = channel.video(id_)
        assert before["status"]["privacyStatus"] == "private"
        assert before["status"]["publishAt"][:19] == at[:19]
        later(http, hours=3, seconds=1)
        channel.credentials.update(renewed(channel))
        after = channel.video(id_)
        assert (after["status"]["privacyStatus"], "publishAt" in after["status"]) == ("public", False)
        assert after["snippet"]["publishedAt"][:19] == at[:19]

    def test_a_time_in_the_past_publishes_at_once(self, channel: Channel, film: bytes) -> None:
        status = {"publishAt": "2020-01-01T00:00:00Z"}
        assert channel.upload(film, resource(status=status))["status"]["privacyStatus"] == "public"

    def test_an_unaudited_project_can_not_make_anything_public(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        channel.set_state(private_lock=True)
        asked = resource(status={"privacyStatus": "public"})
        assert channel.upload(film, asked)["status"]["privacyStatus"] == "private"
        id_ = channel.upload(film, resource(status={"publishAt": soon(http, 1)}))["id"]
        changed = channel.call(
            "PUT", "videos", {"id": id_, "status": {"privacyStatus": "public"}}, part="status"
        )
        assert changed.json()["status"]["privacyStatus"] == "private"

    def test_views_grow_once_a_video_is_public(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        public = channel.upload(film, resource(status={"privacyStatus": "public"}))["id"]
        private = channel.upload(film)["id"]
        later(http, hours=1)
        channel.credentials.update(renewed(channel))
        hour = counts(channel, public)
        later(http, days=1)
        channel.credentials.update(renewed(channel))
        day = counts(channel, public)
        assert 0 < hour["viewCount"] < day["viewCount"]
        assert 0 < day["likeCount"] < day["viewCount"]
        assert counts(channel, public) == day
        assert set(counts(channel, private).values()) == {0}

    def test_processing_takes_its_time_and_ends_well(
        self, http: httpx.Client, channel: Channel, film: bytes
    ) -> None:
        channel.set_state(processing={"seconds": 600})
        id_ = channel.upload(film)["id"]
        later(http, minutes=5)
        half = channel.video(id_)
        assert half["status"]["uploadStatus"] == "uploaded"
        assert half["processingDetails"]["processingStatus"] == "processing"
        assert 480 <= int(half["processingDetails"]["processingProgress"]["partsProcessed"]) <= 520
        assert "duration" not in channel.video(id_, "contentDetails")["contentDetails"]
        later(http, minutes=5)
        done = channel.video(id_, "status,processingDetails,contentDetails,fileDetails")
        assert done["status"]["uploadStatus"] == "processed"
        assert done["processingDetails"]["processingStatus"] == "succeeded"
        assert done["contentDetails"]["duration"] == "PT4S"
        assert done["fileDetails"]["videoStreams"][0]["widthPixels"] == 192

    @pytest.mark.parametrize(
        ("state", "status", "processing"),
        [
            ({"processing": {"result": "error"}},
             {"uploadStatus": "failed", "failureReason": "conversion"},
             {"processingStatus": "failed", "processingFailureReason": "transcodeFailed"}),
            ({"processing": {"result": "error"}, "failure_reason": "emptyFile"},
             {"uploadStatus": "failed", "failureReason": "emptyFile"},
             {"processingStatus": "failed", "processingFailureReason": "uploadFailed"}),
            ({"processing": {"result": "expired"}},
             {"uploadStatus": "failed", "failureReason": "uploadAborted"},
             {"processingStatus": "terminated"}),
            ({"rejection": "duplicate"},
             {"uploadStatus": "rejected", "rejectionReason": "duplicate"},
             {"processingStatus": "succeeded"}),
        ],
    )  # fmt: skip
    def test_processing_can_end_badly(
        self,
        channel: Channel,
        film: bytes,
        state: dict[str, Any],
        status: dict[str, str],
        processing: dict[str, str],
    ) -> None:
        channel.set_state(**state)
        video = channel.video(channel.upload(film)["id"])
        assert status.items() <= video["status"].items()
        assert processing.items() <= video["processingDetails"].items()

    def test_a_file_that_is_no_video_fails_in_processing(self, channel: Channel) -> None:
        noise = bytes(range(256)) * 64
        status = channel.video(channel.upload(noise)["id"])["status"]
        assert (status["uploadStatus"], status["failureReason"]) == ("failed", "invalidFile")
        channel.set_state(file_check="off")
        assert channel.video(channel.upload(noise)["id"])["status"]["uploadStatus"] == "processed"


class TestKinds:
    @pytest.mark.parametrize(
        ("size", "seconds", "kind"),
        [
            ("108x192", 4, "short"),
            ("108x108", 4, "short"),
            ("192x108", 4, "video"),
            ("108x192", 181, "video"),
        ],
    )
    def test_square_and_upright_up_to_three_minutes_is_a_short(
        self, channel: Channel, make_video: MakeVideo, size: str, seconds: float, kind: str
    ) -> None:
        channel.upload(make_video(seconds, size=size, rate=5, sound=False))
        assert channel.published()[0]["kind"] == kind

    def test_what_can_not_be_measured_goes_by_its_words(self, channel: Channel) -> None:
        channel.upload(b"noise", resource(snippet={"title": "산책 #Shorts"}))
        channel.upload(b"noise", resource())
        assert [post["kind"] for post in channel.published()] == ["short", "video"]

    def test_a_long_video_needs_a_verified_account(self, channel: Channel, make_video: MakeVideo) -> None:
        long = make_video(901, size="32x18", rate=1, sound=False)
        own = {"part": "status", "mine": "true"}
        assert channel.get("channels", **own).json()["items"][0]["status"]["longUploadsStatus"] == "allowed"
        assert channel.video(channel.upload(long)["id"])["status"]["uploadStatus"] == "processed"
        channel.set_state(verified=False)
        assert channel.get("channels", **own).json()["items"][0]["status"]["longUploadsStatus"] == "eligible"
        assert channel.video(channel.upload(long)["id"])["status"]["rejectionReason"] == "length"


def renewed(channel: Channel) -> dict[str, str]:
    """What a refresh gives."""
    asked = {name: channel.credentials[name] for name in ("refresh_token", "client_id", "client_secret")}
    answer = channel.http.post("/google-oauth/token", data={**asked, "grant_type": "refresh_token"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(channel: Channel, id_: str) -> dict[str, int]:
    return {name: int(count) for name, count in channel.video(id_, "statistics")["statistics"].items()}
