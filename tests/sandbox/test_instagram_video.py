"""Reels, stories and carousel videos: loaded in the background, checked by their real bytes, or uploaded."""

import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.conftest import InstagramAccount, MakeVideo, MediaHost, error_codes, jpeg, open_instagram


def settled(account: InstagramAccount, container: str) -> dict[str, str]:
    """The container's status once its video was looked at."""
    deadline = time.monotonic() + 20
    while (answer := account.status(container))["status_code"] == "IN_PROGRESS":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return answer


def test_a_reel_is_published_and_reads_back_as_video(
    http: httpx.Client, account: InstagramAccount, media: MediaHost, make_video: MakeVideo
) -> None:
    url = media.put("reel.mp4", make_video(), "video/mp4")
    cover = media.put("cover.jpg", jpeg(540, 960))
    container = account.container(media_type="REELS", video_url=url, cover_url=cover, caption="릴스")
    assert settled(account, container)["status_code"] == "FINISHED"
    media_id = account.publish(container).json()["id"]
    (post,) = account.published()
    assert (post["kind"], post["media"][0]["mime"]) == ("reel", "video/mp4")
    assert http.get(post["media"][0]["url"]).content == make_video()
    read = account.get(media_id, fields="media_type,media_product_type").json()
    assert (read["media_type"], read["media_product_type"]) == ("VIDEO", "REELS")
    http.post("/_sandbox/clock", json={"advance_s": 86400})
    watched = account.get(f"{media_id}/insights", metric="ig_reels_avg_watch_time").json()
    assert watched["data"][0]["values"][0]["value"] > 0


@pytest.mark.parametrize(
    ("seconds", "how"),
    [
        (2, {}),
        (4, {"rate": 15}),
        (4, {"codec": "mpeg4"}),
        (4, {"size": "1924x108"}),
        (4, {"front": False}),
    ],
)
def test_videos_against_the_specification_end_in_error(
    account: InstagramAccount, media: MediaHost, make_video: MakeVideo, seconds: float, how: dict[str, object]
) -> None:
    url = media.put("bad.mp4", make_video(seconds, **how), "video/mp4")
    answer = settled(account, account.container(media_type="REELS", video_url=url))
    assert answer["status_code"] == "ERROR"
    assert "2207026" in answer["status"]


def test_a_story_video_has_at_most_60_seconds(
    account: InstagramAccount, media: MediaHost, make_video: MakeVideo
) -> None:
    url = media.put("long.mp4", make_video(62, size="36x64"), "video/mp4")
    assert settled(account, account.container(media_type="STORIES", video_url=url))["status_code"] == "ERROR"
    assert settled(account, account.container(media_type="REELS", video_url=url))["status_code"] == "FINISHED"


def test_a_thumbnail_must_lie_inside_the_video(
    account: InstagramAccount, media: MediaHost, make_video: MakeVideo
) -> None:
    url = media.put("reel.mp4", make_video(), "video/mp4")
    outside = account.container(media_type="REELS", video_url=url, thumb_offset=60_000)
    assert "2207057" in settled(account, outside)["status"]


def test_a_video_that_cannot_be_fetched_ends_in_error(account: InstagramAccount, media: MediaHost) -> None:
    container = account.container(media_type="REELS", video_url=f"{media.url}/missing.mp4")
    assert settled(account, container)["status"].startswith("Error: Media download has failed")


def test_a_carousel_mixes_images_and_videos(
    account: InstagramAccount, media: MediaHost, photo: str, make_video: MakeVideo
) -> None:
    url = media.put("part.mp4", make_video(), "video/mp4")
    clip = account.container(media_type="VIDEO", video_url=url, is_carousel_item="true")
    assert settled(account, clip)["status_code"] == "FINISHED"
    still = account.container(image_url=photo, is_carousel_item="true")
    account.publish(account.container(media_type="CAROUSEL", children=f"{clip},{still}"))
    assert [item["mime"] for item in account.published()[0]["media"]] == ["video/mp4", "image/jpeg"]


class TestResumableUpload:
    def test_a_whole_video_in_one_go(self, account: InstagramAccount, make_video: MakeVideo) -> None:
        made = account.post(f"{account.id}/media", media_type="REELS", upload_type="resumable").json()
        answer = self.send(account, made["uri"], make_video())
        assert answer.json() == {"success": True, "message": "Upload successful."}
        assert account.status(made["id"])["status_code"] == "FINISHED"
        assert account.publish(made["id"]).status_code == 200

    def test_bytes_are_no_form_whatever_their_content_type_says(
        self, account: InstagramAccount, make_video: MakeVideo
    ) -> None:
        """curl names bytes a form where it is not told otherwise."""
        made = account.post(f"{account.id}/media", media_type="REELS", upload_type="resumable").json()
        form = "application/x-www-form-urlencoded"
        assert self.send(account, made["uri"], make_video(), mime=form).json()["success"] is True
        assert account.status(made["id"])["status_code"] == "FINISHED"

    def test_an_interrupted_upload_continues_where_it_stopped(
        self, account: InstagramAccount, make_video: MakeVideo
    ) -> None:
        content = make_video()
        made = account.post(f"{account.id}/media", media_type="REELS", upload_type="resumable").json()
        where = urlsplit(made["uri"])
        with socket.create_connection((where.hostname or "", where.port or 0)) as connection:
            head = (
                f"POST {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\n"
                f"Authorization: OAuth {account.token}\r\n"
                f"offset: 0\r\nfile_size: {len(content)}\r\nContent-Type: application/octet-stream\r\n"
                f"Content-Length: {len(content)}\r\n\r\n"
            )
            connection.sendall(head.encode() + content[:3000])
        deadline = time.monotonic() + 10
        while (received := self.received(account, made["id"])) < 3000:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert self.send(account, made["uri"], content, offset=received + 1).status_code == 400
        assert self.send(account, made["uri"], content, offset=received).status_code == 200
        assert account.publish(made["id"]).status_code == 200

    def test_a_file_address_instead_of_bytes(
        self, http: httpx.Client, account: InstagramAccount, media: MediaHost, make_video: MakeVideo
    ) -> None:
        made = account.post(f"{account.id}/media", media_type="REELS", upload_type="resumable").json()
        url = media.put("reel.mp4", make_video(), "video/mp4")
        headers = {"Authorization": f"OAuth {account.token}", "file_url": url}
        assert http.post(made["uri"], headers=headers).json()["success"] is True
        assert account.status(made["id"])["status_code"] == "FINISHED"

    def test_instagram_login_refuses_it_unless_switched_on(self, http: httpx.Client) -> None:
        account = open_instagram(http, "릴스", login="instagram")
        asked = {"media_type": "REELS", "upload_type": "resumable"}
        assert error_codes(account.post(f"{account.id}/media", **asked)) == (100, None)
        account.set_state(rules={"resumable": "accept"})
        assert "uri" in account.post(f"{account.id}/media", **asked).json()

    def send(
        self,
        account: InstagramAccount,
        uri: str,
        content: bytes,
        *,
        offset: int = 0,
        mime: str = "application/octet-stream",
    ) -> httpx.Response:
        headers = {
            "Authorization": f"OAuth {account.token}",
            "offset": str(offset),
            "file_size": str(len(content)),
            "Content-Type": mime,
        }
        return account.http.post(uri, content=content[offset:], headers=headers)

    def received(self, account: InstagramAccount, container: str) -> int:
        status = account.get(container, fields="video_status").json()["video_status"]
        return status["uploading_phase"]["bytes_transferred"]
