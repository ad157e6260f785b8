"""Videos, playlists, thumbnails and captions of a channel: reading back, changing, and whose they are."""

from typing import Any

import httpx
import pytest

from sandbox.conftest import MakeVideo, encoded, jpeg
from sandbox.youtube_tools import CHOSEN, Channel, open_channel, reason

PUBLIC = {**CHOSEN, "status": {"privacyStatus": "public"}}


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


@pytest.fixture
def stranger(http: httpx.Client) -> Channel:
    return open_channel(http, "다른채널")


@pytest.fixture
def film(make_video: MakeVideo) -> bytes:
    return make_video(size="192x108")


class TestVideos:
    def test_unknown_ids_are_left_out_without_a_word(self, channel: Channel, film: bytes) -> None:
        id_ = channel.upload(film)["id"]
        answer = channel.get("videos", part="id", id=f"nothing,{id_}").json()
        assert [item["id"] for item in answer["items"]] == [id_]
        assert set(answer["items"][0]) == {"kind", "etag", "id"}

    @pytest.mark.parametrize(
        ("asked", "why"),
        [
            ({"id": "x"}, "required"),
            ({"part": "status"}, "missingRequiredParameter"),
            ({"part": "status,mood", "id": "x"}, "unknownPart"),
            ({"part": "status", "id": ",".join(str(n) for n in range(51))}, "invalidValue"),
        ],
    )
    def test_a_list_needs_parts_and_ids(self, channel: Channel, asked: dict[str, str], why: str) -> None:
        assert reason(channel.get("videos", **asked)) == (400, why)

    def test_others_see_what_is_public_and_nothing_for_owners(
        self, channel: Channel, stranger: Channel, film: bytes
    ) -> None:
        private, public = channel.upload(film)["id"], channel.upload(film, PUBLIC)["id"]
        seen = stranger.get("videos", part="snippet,statistics", id=f"{private},{public}").json()["items"]
        assert [video["id"] for video in seen] == [public]
        owners_only = stranger.get("videos", part="processingDetails", id=public)
        assert reason(owners_only) == (403, "forbidden")

    def test_an_update_replaces_the_whole_part(self, channel: Channel, film: bytes) -> None:
        id_ = channel.upload(film)["id"]
        changed = {"id": id_, "snippet": {"title": "저녁", "categoryId": "24"}}
        answer = channel.call("PUT", "videos", changed, part="snippet")
        assert answer.json()["snippet"]["description"] == ""
        assert channel.published()[0]["text"] == "저녁"
        assert channel.video(id_)["status"]["privacyStatus"] == "private"

    @pytest.mark.parametrize(
        ("changes", "part", "status", "why"),
        [
            ({"snippet": {"title": "저녁"}}, "snippet", 400, "invalidCategoryId"),
            ({"snippet": {"title": "", "categoryId": "22"}}, "snippet", 400, "invalidTitle"),
            ({"status": {"privacyStatus": "nobody"}}, "status", 400, "invalidVideoMetadata"),
            ({"localizations": {"en": {"title": "x"}}}, "localizations", 400, "defaultLanguageNotSet"),
            ({"id": "nothing", "status": {"privacyStatus": "private"}}, "status", 404, "videoNotFound"),
        ],
    )
    def test_an_update_keeps_the_rules(
        self, channel: Channel, film: bytes, changes: dict[str, Any], part: str, status: int, why: str
    ) -> None:
        sent = {"id": channel.upload(film)["id"], **changes}
        assert reason(channel.call("PUT", "videos", sent, part=part)) == (status, why)

    def test_a_video_that_was_public_can_not_be_scheduled(self, channel: Channel, film: bytes) -> None:
        id_ = channel.upload(film, PUBLIC)["id"]
        again = {"id": id_, "status": {"privacyStatus": "private", "publishAt": "2100-01-01T00:00:00Z"}}
        assert reason(channel.call("PUT", "videos", again, part="status")) == (400, "invalidPublishAt")
        hidden = {"id": id_, "status": {"privacyStatus": "private"}}
        assert channel.call("PUT", "videos", hidden, part="status").status_code == 200
        assert reason(channel.call("PUT", "videos", again, part="status")) == (400, "invalidPublishAt")

    def test_only_its_owner_changes_or_deletes_a_video(
        self, channel: Channel, stranger: Channel, film: bytes
    ) -> None:
        private, public = channel.upload(film)["id"], channel.upload(film, PUBLIC)["id"]
        assert reason(stranger.call("DELETE", "videos", id=public)) == (403, "forbidden")
        assert reason(stranger.call("DELETE", "videos", id=private)) == (404, "videoNotFound")
        assert channel.call("DELETE", "videos", id=public).status_code == 204
        assert reason(channel.call("DELETE", "videos", id=public)) == (404, "videoNotFound")
        assert [post["id"] for post in channel.published()] == [private]


class TestPlaylists:
    def test_the_uploads_playlist_shows_every_upload_at_once_the_newest_first(
        self, channel: Channel, stranger: Channel, film: bytes
    ) -> None:
        ids = [channel.upload(film)["id"], channel.upload(film, PUBLIC)["id"]]
        own = channel.get("channels", part="contentDetails", mine="true").json()["items"][0]
        assert own["contentDetails"]["relatedPlaylists"]["uploads"] == channel.uploads
        listed = items(channel, channel.uploads)
        assert [item["contentDetails"]["videoId"] for item in listed] == ids[::-1]
        assert listed[1]["status"]["privacyStatus"] == "private"
        assert listed[0]["snippet"]["title"] == CHOSEN["snippet"]["title"]
        assert listed[0]["snippet"]["publishedAt"] == listed[0]["contentDetails"]["videoPublishedAt"]
        assert [item["contentDetails"]["videoId"] for item in items(stranger, channel.uploads)] == ids[1:]
        assert [item["id"] for item in items(channel, channel.uploads, videoId=ids[0])] == [listed[1]["id"]]

    def test_a_hidden_account_lists_nothing_but_still_answers_for_a_video(
        self, channel: Channel, film: bytes
    ) -> None:
        id_ = channel.upload(film)["id"]
        channel.set_state(hidden=True)
        assert items(channel, channel.uploads) == []
        assert channel.video(id_)["id"] == id_

    def test_pages(self, channel: Channel, film: bytes) -> None:
        ids = [channel.upload(film)["id"] for _ in range(7)][::-1]
        asked: dict[str, Any] = {"part": "contentDetails", "playlistId": channel.uploads}
        first = channel.get("playlistItems", **asked).json()
        assert first["pageInfo"] == {"totalResults": 7, "resultsPerPage": 5}
        second = channel.get("playlistItems", **asked, pageToken=first["nextPageToken"]).json()
        found = [item["contentDetails"]["videoId"] for item in [*first["items"], *second["items"]]]
        assert found == ids
        assert "nextPageToken" not in second
        assert channel.get("playlistItems", **asked, pageToken=second["prevPageToken"]).json() == first
        assert len(channel.get("playlistItems", **asked, maxResults=50).json()["items"]) == 7
        assert reason(channel.get("playlistItems", **asked, maxResults=51)) == (400, "invalidParameter")
        assert reason(channel.get("playlistItems", **asked, pageToken="?")) == (400, "invalidPageToken")

    def test_a_video_can_be_in_a_playlist_twice(self, channel: Channel, film: bytes) -> None:
        id_, playlist = channel.upload(film)["id"], made_playlist(channel)
        for _ in range(2):
            assert put_in(channel, playlist, id_).status_code == 200
        listed = items(channel, playlist)
        assert [item["contentDetails"]["videoId"] for item in listed] == [id_, id_]
        assert [item["snippet"]["position"] for item in listed] == [0, 1]
        channel.call("DELETE", "videos", id=id_)
        assert items(channel, playlist) == []

    def test_what_a_playlist_refuses(self, channel: Channel, stranger: Channel, film: bytes) -> None:
        id_, playlist = channel.upload(film, PUBLIC)["id"], made_playlist(channel, privacy="public")
        assert reason(put_in(channel, playlist, "nothing")) == (404, "videoNotFound")
        assert reason(put_in(channel, "PLnothing", id_)) == (404, "playlistNotFound")
        assert reason(put_in(stranger, playlist, id_)) == (403, "forbidden")
        assert reason(put_in(channel, channel.uploads, id_)) == (400, "playlistOperationUnsupported")
        assert reason(put_in(channel, "", id_)) == (400, "playlistIdRequired")
        assert reason(put_in(channel, playlist, "")) == (400, "resourceIdRequired")
        untitled = channel.call("POST", "playlists", {"snippet": {"title": " "}}, part="snippet")
        assert reason(untitled) == (400, "playlistTitleRequired")
        unknown = {"snippet": {"title": "a"}, "status": {"privacyStatus": "mine"}}
        assert channel.call("POST", "playlists", unknown, part="snippet").status_code == 400
        assert reason(channel.get("playlists", part="id")) == (400, "missingRequiredParameter")
        assert reason(channel.get("playlistItems", part="id")) == (400, "missingRequiredParameter")

    def test_a_private_playlist_is_its_owners(self, channel: Channel, stranger: Channel) -> None:
        playlist = made_playlist(channel)
        assert len(channel.get("playlists", part="id", id=playlist).json()["items"]) == 1
        assert stranger.get("playlists", part="id", id=playlist).json()["items"] == []
        assert stranger.get("playlists", part="id", channelId=channel.id).json()["items"] == []
        asked = {"part": "id", "playlistId": playlist}
        assert reason(stranger.get("playlistItems", **asked)) == (404, "playlistNotFound")


class TestChannelsAndCategories:
    def test_a_channel_is_found_by_login_id_and_handle(self, channel: Channel, stranger: Channel) -> None:
        for asked in ({"mine": "true"}, {"id": channel.id}, {"forHandle": "@산책하루"}):
            (found,) = channel.get("channels", part="id,snippet", **asked).json()["items"]
            assert (found["id"], found["snippet"]["title"]) == (channel.id, "산책하루")
        assert reason(channel.get("channels", part="id")) == (400, "missingRequiredParameter")

    def test_categories_of_a_region_and_by_id(self, channel: Channel) -> None:
        listed = channel.get("videoCategories", part="snippet", regionCode="KR").json()["items"]
        assignable = {item["id"]: item["snippet"]["assignable"] for item in listed}
        assert assignable["22"]
        assert not assignable["44"]
        (one,) = channel.get("videoCategories", part="snippet", id="10").json()["items"]
        assert one["snippet"]["title"] == "Music"
        assert reason(channel.get("videoCategories", part="snippet")) == (400, "missingRequiredParameter")
        wrong = channel.get("videoCategories", part="snippet", regionCode="K9")
        assert reason(wrong) == (400, "invalidRegionCode")


class TestThumbnails:
    def put(self, channel: Channel, id_: str, picture: bytes, mime: str = "image/jpeg") -> httpx.Response:
        return channel.http.post(
            "/youtube/upload/youtube/v3/thumbnails/set",
            params={"videoId": id_, "uploadType": "media"},
            content=picture,
            headers={**channel.login(), "Content-Type": mime},
        )

    @pytest.mark.parametrize(
        ("kind", "mime"),
        [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("PNG", "application/octet-stream")],
    )
    def test_the_picture_takes_the_place_of_the_still(
        self, http: httpx.Client, channel: Channel, film: bytes, kind: str, mime: str
    ) -> None:
        id_ = channel.upload(film)["id"]
        still = channel.video(id_)["snippet"]["thumbnails"]["high"]["url"]
        assert http.get(still).headers["content-type"] == "image/jpeg"
        picture = encoded(kind, 1280, 720)
        answer = self.put(channel, id_, picture, mime).json()
        shown = channel.video(id_, "snippet,contentDetails")
        assert answer["kind"] == "youtube#thumbnailSetResponse"
        assert answer["items"] == [shown["snippet"]["thumbnails"]]
        assert http.get(answer["items"][0]["default"]["url"]).content == picture
        assert shown["contentDetails"]["hasCustomThumbnail"] is True

    @pytest.mark.parametrize(
        ("picture", "mime", "status", "why"),
        [
            (jpeg(64, 64), "image/gif", 400, "badRequest"),
            (b"no picture", "image/jpeg", 400, "invalidImage"),
            (encoded("GIF", 64, 64), "application/octet-stream", 400, "invalidImage"),
            (b"", "image/jpeg", 400, "mediaBodyRequired"),
        ],
    )
    def test_what_is_no_picture_is_refused(
        self, channel: Channel, film: bytes, picture: bytes, mime: str, status: int, why: str
    ) -> None:
        id_ = channel.upload(film)["id"]
        assert reason(self.put(channel, id_, picture, mime)) == (status, why)
        assert channel.video(id_, "contentDetails")["contentDetails"]["hasCustomThumbnail"] is False

    def test_the_limit_is_50_mb_or_the_2_of_old(self, channel: Channel, film: bytes) -> None:
        id_ = channel.upload(film)["id"]
        large = jpeg(64, 64) + bytes(2 * 1024 * 1024)
        assert self.put(channel, id_, large).status_code == 200
        channel.set_state(thumbnail_mb=2)
        assert reason(self.put(channel, id_, large)) == (413, "uploadTooLarge")
        where = f"thumbnails/set?uploadType=resumable&videoId={id_}"
        unannounced = channel.http.post(f"/youtube/upload/youtube/v3/{where}", headers=channel.login())
        answer = channel.http.put(unannounced.headers["location"], content=large)
        assert reason(answer) == (413, "uploadTooLarge")

    def test_who_may_set_pictures_and_how_often(
        self, channel: Channel, stranger: Channel, film: bytes
    ) -> None:
        id_ = channel.upload(film, PUBLIC)["id"]
        assert reason(self.put(channel, "nothing", jpeg(64, 64))) == (404, "videoNotFound")
        assert reason(self.put(stranger, id_, jpeg(64, 64))) == (403, "forbidden")
        channel.set_state(verified=False)
        assert reason(self.put(channel, id_, jpeg(64, 64))) == (403, "forbidden")
        channel.set_state(verified=True, channel_thumbnails=1)
        assert self.put(channel, id_, jpeg(64, 64)).status_code == 200
        assert reason(self.put(channel, id_, jpeg(64, 64))) == (429, "uploadRateLimitExceeded")


class TestCaptions:
    def insert(
        self, channel: Channel, snippet: dict[str, Any], words: bytes = b"1\n00:00:00,000 --> 00:00:01,000\n."
    ) -> httpx.Response:
        answer = channel.start({"snippet": snippet}, part="snippet", path="captions", mime="text/plain")
        return channel.http.put(answer.headers["location"], content=words) if answer.is_success else answer

    def test_one_track_for_each_language_and_name(self, channel: Channel, film: bytes) -> None:
        id_ = channel.upload(film)["id"]
        track = {"videoId": id_, "language": "ko", "name": "", "isDraft": False}
        made = self.insert(channel, track).json()
        assert track.items() <= made["snippet"].items()
        assert reason(self.insert(channel, track)) == (409, "captionExists")
        assert self.insert(channel, {**track, "name": "쉬운 말"}).status_code == 200
        assert self.insert(channel, {**track, "language": "en"}).status_code == 200
        listed = channel.get("captions", part="snippet", videoId=id_).json()["items"]
        assert [item["snippet"]["language"] for item in listed] == ["ko", "ko", "en"]
        assert channel.call("DELETE", "captions", id=made["id"]).status_code == 204
        assert self.insert(channel, track).status_code == 200
        assert reason(channel.call("DELETE", "captions", id=made["id"])) == (404, "captionNotFound")

    def test_the_second_of_two_uploads_at_once_is_refused_at_its_end(
        self, channel: Channel, film: bytes
    ) -> None:
        snippet = {"videoId": channel.upload(film)["id"], "language": "ko"}
        sessions = [
            channel.session({"snippet": snippet}, part="snippet", path="captions", mime="text/plain")
            for _ in range(2)
        ]
        answers = [channel.http.put(session, content=b"words") for session in sessions]
        assert answers[0].status_code == 200
        assert reason(answers[1]) == (409, "captionExists")

    @pytest.mark.parametrize(
        ("changes", "status", "why"),
        [
            ({"language": ""}, 400, "invalidMetadata"),
            ({"videoId": ""}, 400, "invalidMetadata"),
            ({"videoId": "nothing"}, 404, "videoNotFound"),
            ({"name": "a" * 151}, 400, "nameTooLong"),
        ],
    )
    def test_what_a_track_must_say(
        self, channel: Channel, film: bytes, changes: dict[str, str], status: int, why: str
    ) -> None:
        snippet = {"videoId": channel.upload(film)["id"], "language": "ko", "name": "", **changes}
        assert reason(self.insert(channel, snippet)) == (status, why)

    def test_an_empty_track(self, channel: Channel, film: bytes) -> None:
        snippet = {"videoId": channel.upload(film)["id"], "language": "ko"}
        assert reason(self.insert(channel, snippet, b"")) == (400, "contentRequired")


def items(channel: Channel, playlist: str, **more: str) -> list[dict[str, Any]]:
    asked = {"part": "id,snippet,contentDetails,status", "playlistId": playlist, "maxResults": "50", **more}
    return channel.get("playlistItems", **asked).json()["items"]


def made_playlist(channel: Channel, privacy: str = "private") -> str:
    sent = {"snippet": {"title": "산책"}, "status": {"privacyStatus": privacy}}
    return channel.call("POST", "playlists", sent, part="snippet,status").json()["id"]


def put_in(channel: Channel, playlist: str, video: str) -> httpx.Response:
    entry = {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}
    return channel.call("POST", "playlistItems", {"snippet": entry}, part="snippet")
