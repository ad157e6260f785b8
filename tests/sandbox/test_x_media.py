"""Media by hand: segments in any order, what the real bytes must be, processing, expiry, attaching."""

import io
import threading
import time
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image

from sandbox.conftest import MakeVideo, encoded, jpeg
from sandbox.x_tools import XAccount, move_clock, open_x, parameters_of

MB = 1024 * 1024
NOT_MEDIA = "media.media_ids"


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


def gif(width: int = 60, height: int = 40, frames: int = 3) -> bytes:
    written = io.BytesIO()
    drawn = [Image.new("RGB", (width, height), (n % 256, n // 256, 0)) for n in range(frames)]
    drawn[0].save(written, "GIF", save_all=True, append_images=drawn[1:])
    return written.getvalue()


def post_with(account: XAccount, *media_ids: str) -> httpx.Response:
    return account.tweet(media={"media_ids": list(media_ids)})


class TestSegments:
    def test_a_file_arrives_in_pieces_as_form_or_json(self, account: XAccount) -> None:
        content = jpeg()
        begun = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]
        assert begun == {"id": begun["id"], "media_key": f"3_{begun['id']}", "expires_after_secs": 86400}
        third = len(content) // 3
        first = account.append(begun["id"], 0, content[:third])
        assert abs(first.json()["data"]["expires_at"] - (time.time() + 86400)) < 30
        assert account.append_json(begun["id"], 1, content[third : 2 * third]).status_code == 200
        assert account.append(begun["id"], 2, content[2 * third :]).status_code == 200
        ended = account.finalize(begun["id"]).json()["data"]
        assert ended["size"] == len(content)
        assert "processing_info" not in ended
        assert post_with(account, begun["id"]).status_code == 201
        (media,) = account.published()[0]["media"]
        assert account.http.get(media["url"]).content == content

    def test_a_segment_can_be_sent_again_and_in_any_order(self, account: XAccount) -> None:
        content = jpeg()
        media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
        half = len(content) // 2
        account.append(media_id, 1, content[half:])
        account.append(media_id, 0, bytes(half - 1))
        account.append(media_id, 0, content[:half])
        assert account.finalize(media_id).status_code == 200
        post_with(account, media_id)
        assert account.http.get(account.published()[0]["media"][0]["url"]).content == content

    def test_a_gap_or_a_wrong_sum_is_refused_and_can_be_mended(self, account: XAccount) -> None:
        content = jpeg()
        media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
        account.append(media_id, 1, content[100:])
        assert account.finalize(media_id).status_code == 400
        assert account.append(media_id, 0, content[:101]).status_code == 400
        account.append(media_id, 0, content[:99])
        assert account.finalize(media_id).status_code == 400
        account.append(media_id, 0, content[:100])
        assert account.finalize(media_id).status_code == 200

    def test_a_segment_of_more_than_five_megabytes_is_too_large(self, account: XAccount) -> None:
        content = bytes(6 * MB)
        media_id = account.initialize(content, "video/mp4", "tweet_video").json()["data"]["id"]
        assert account.append(media_id, 0, content[: 5 * MB]).status_code == 200
        assert account.append(media_id, 0, content[: 5 * MB + 1]).status_code == 413
        assert account.append_json(media_id, 0, content[: 5 * MB + 1]).status_code == 413

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"segment_index": 0},
            {"media": "YQ=="},
            {"segment_index": 1000, "media": "YQ=="},
            {"segment_index": 0, "media": "no base64!"},
            {"segment_index": -1, "media": "YQ=="},
        ],
        ids=str,
    )
    def test_a_malformed_segment_is_refused(self, account: XAccount, sent: dict[str, object]) -> None:
        media_id = account.initialize(b"a", "image/jpeg", "tweet_image").json()["data"]["id"]
        assert account.post(f"media/upload/{media_id}/append", **sent).status_code == 400

    def test_nothing_is_added_after_the_end(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        assert account.append(media_id, 1, b"more").status_code == 400

    def test_a_second_finalize_is_refused_unless_switched_on(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        assert account.finalize(media_id).status_code == 400
        assert account.status(media_id).json()["data"]["size"] == len(jpeg())
        account.set_state(rules={"second_finalize": "answers"})
        assert account.finalize(media_id).json()["data"]["id"] == media_id

    def test_large_media_lie_on_disk_and_not_in_memory(self, account: XAccount) -> None:
        """The sandbox runs in this process, so its memory is this process's."""
        segment, segments = bytes(4 * MB), 25
        described = {"media_type": "video/mp4", "media_category": "tweet_video"}
        total = len(segment) * segments
        media_id = account.post("media/upload/initialize", **described, total_bytes=total).json()["data"][
            "id"
        ]
        account.append(media_id, 0, segment)
        memory = psutil.Process()
        before, highest = memory.memory_info().rss, 0
        for index in range(1, segments):
            account.append(media_id, index, segment)
            highest = max(highest, memory.memory_info().rss)
        ended = threading.Event()

        def watch() -> None:
            nonlocal highest
            while not ended.wait(0.005):
                highest = max(highest, memory.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        answer = account.finalize(media_id)
        ended.set()
        watcher.join()
        assert answer.json()["data"]["processing_info"]["state"] == "failed"
        assert highest - before < 60 * MB


class TestDeclared:
    @pytest.mark.parametrize(
        ("media_type", "category", "size", "parameter"),
        [
            ("image/jpeg", "tweet_picture", 10, "media_category"),
            ("image/svg+xml", "tweet_image", 10, "media_type"),
            ("image/png", "tweet_gif", 10, "media_type"),
            ("video/x-msvideo", "tweet_video", 10, "media_type"),
            ("image/jpeg", "tweet_image", 0, "total_bytes"),
            ("image/jpeg", "tweet_image", 5 * MB + 1, "total_bytes"),
            ("image/gif", "tweet_gif", 15 * MB + 1, "total_bytes"),
            ("video/mp4", "tweet_video", 512 * MB + 1, "total_bytes"),
            ("video/mp4", "tweet_video", "many", "total_bytes"),
        ],
    )
    def test_what_cannot_be_uploaded_is_refused_at_the_start(
        self, account: XAccount, media_type: str, category: str, size: object, parameter: str
    ) -> None:
        described = {"media_type": media_type, "media_category": category, "total_bytes": size}
        assert parameter in parameters_of(account.post("media/upload/initialize", **described))

    @pytest.mark.parametrize(
        ("media_type", "category", "size"),
        [
            ("image/webp", "tweet_image", 5 * MB),
            ("image/gif", "tweet_gif", 15 * MB),
            ("video/quicktime", "amplify_video", 512 * MB),
        ],
    )
    def test_the_largest_sizes_are_taken(
        self, account: XAccount, media_type: str, category: str, size: int
    ) -> None:
        described = {"media_type": media_type, "media_category": category, "total_bytes": size}
        assert account.post("media/upload/initialize", **described).status_code == 200


class TestBytes:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_images_of_common_formats_are_taken(self, account: XAccount, kind: str) -> None:
        media_id = account.uploaded(encoded(kind, 64, 64), f"image/{kind.lower()}")
        assert post_with(account, media_id).status_code == 201
        assert account.published()[0]["media"][0]["mime"] == f"image/{kind.lower()}"

    @pytest.mark.parametrize("content", [b"not an image", jpeg()[:2000], encoded("BMP", 8, 8)], ids=len)
    def test_other_bytes_are_refused_at_the_end(self, account: XAccount, content: bytes) -> None:
        media_id = account.initialize(content, "image/jpeg", "tweet_image").json()["data"]["id"]
        account.append(media_id, 0, content)
        assert "media" in parameters_of(account.finalize(media_id))
        assert NOT_MEDIA in parameters_of(post_with(account, media_id))

    def test_rarer_images_can_be_switched_on(self, account: XAccount) -> None:
        account.set_state(rules={"image_types": "openapi"})
        assert account.uploaded(encoded("BMP", 8, 8), "image/bmp")

    def test_a_gif_is_taken_within_its_limits(self, account: XAccount) -> None:
        media_id = account.uploaded(gif(), "image/gif", "tweet_gif")
        assert post_with(account, media_id).status_code == 201

    @pytest.mark.parametrize("content", [gif(1281, 40), gif(40, 1081), gif(8, 8, 351)], ids=len)
    def test_a_gif_beyond_them_fails(self, account: XAccount, content: bytes) -> None:
        media_id = account.uploaded(content, "image/gif", "tweet_gif")
        info = account.status(media_id).json()["data"]["processing_info"]
        assert (info["state"], info["error"]["name"]) == ("failed", "InvalidMedia")
        assert NOT_MEDIA in parameters_of(post_with(account, media_id))

    def test_subtitles_must_be_subtitles(self, account: XAccount) -> None:
        text = "WEBVTT\n\n00:00.000 --> 00:01.000\n안녕\n".encode()
        assert account.uploaded(text, "text/vtt", "subtitles")
        media_id = account.initialize(b"plain", "text/vtt", "subtitles").json()["data"]["id"]
        account.append(media_id, 0, b"plain")
        assert account.finalize(media_id).status_code == 400


class TestVideos:
    def upload(self, account: XAccount, content: bytes) -> dict[str, object]:
        media_id = account.uploaded(content, "video/mp4", "tweet_video", piece=8000)
        return account.status(media_id).json()["data"]["processing_info"]

    def test_a_good_one_is_posted(self, account: XAccount, make_video: MakeVideo) -> None:
        media_id = account.uploaded(make_video(), "video/mp4", "tweet_video", piece=8000)
        assert account.status(media_id).json()["data"]["processing_info"]["state"] == "succeeded"
        post_id = account.tweeted("영상", media={"media_ids": [media_id]})
        (media,) = account.published()[0]["media"]
        assert media["mime"] == "video/mp4"
        assert account.http.get(media["url"]).content == make_video()
        read = account.get(f"tweets/{post_id}", **{"tweet.fields": "entities"}).json()["data"]
        assert read["entities"]["urls"][0]["expanded_url"].endswith("/video/1")

    @pytest.mark.parametrize(
        "how",
        [
            {"codec": "mpeg4"},
            {"rate": 75},
            {"seconds": 142, "size": "64x64", "rate": 2},
            {"seconds": 0.3},
            {"size": "1920x1080", "seconds": 1},
            {"size": "30x64", "seconds": 1},
            {"size": "64x256", "seconds": 1},
        ],
        ids=str,
    )
    def test_one_against_the_specification_fails(
        self, account: XAccount, make_video: MakeVideo, how: dict[str, Any]
    ) -> None:
        info = self.upload(account, make_video(**how))
        assert info["state"] == "failed"

    def test_an_upright_one_of_recommended_size_is_taken(
        self, account: XAccount, make_video: MakeVideo
    ) -> None:
        assert self.upload(account, make_video(1, size="720x1280"))["state"] == "succeeded"

    def test_any_size_can_be_switched_on(self, account: XAccount, make_video: MakeVideo) -> None:
        account.set_state(rules={"video_size": "any"})
        assert self.upload(account, make_video(1, size="1920x1080"))["state"] == "succeeded"

    def test_an_image_is_no_video(self, account: XAccount) -> None:
        assert self.upload(account, jpeg())["state"] == "failed"


class TestProcessing:
    def test_it_takes_its_time_on_the_stand_ins_clock(self, account: XAccount, make_video: MakeVideo) -> None:
        account.set_state(processing={"seconds": 60})
        begun = account.initialize(make_video(), "video/mp4", "tweet_video").json()["data"]
        account.append(begun["id"], 0, make_video())
        info = account.finalize(begun["id"]).json()["data"]["processing_info"]
        assert (info["state"], info["check_after_secs"]) == ("pending", 5)
        info = account.status(begun["id"]).json()["data"]["processing_info"]
        assert info["state"] == "in_progress"
        assert NOT_MEDIA in parameters_of(post_with(account, begun["id"]))
        move_clock(account.http, 61)
        info = account.status(begun["id"]).json()["data"]["processing_info"]
        assert info == {"state": "succeeded", "progress_percent": 100}
        assert post_with(account, begun["id"]).status_code == 201

    def test_it_can_end_badly(self, account: XAccount) -> None:
        account.set_state(processing={"seconds": 5, "result": "error"})
        media_id = account.uploaded(gif(), "image/gif", "tweet_gif")
        move_clock(account.http, 6)
        info = account.status(media_id).json()["data"]["processing_info"]
        assert (info["state"], info["error"]["name"]) == ("failed", "InvalidMedia")

    def test_it_can_lose_the_media(self, account: XAccount) -> None:
        account.set_state(processing={"seconds": 5, "result": "expired"})
        media_id = account.uploaded(gif(), "image/gif", "tweet_gif")
        move_clock(account.http, 6)
        assert account.status(media_id).status_code == 404

    def test_images_are_ready_at_once(self, account: XAccount) -> None:
        account.set_state(processing={"seconds": 60, "result": "error"})
        assert post_with(account, account.uploaded(jpeg())).status_code == 201


class TestAttaching:
    def test_up_to_four_photos(self, account: XAccount) -> None:
        ids = [account.uploaded(jpeg(40 + n, 40)) for n in range(4)]
        assert post_with(account, *ids).status_code == 201
        assert len(account.published()[0]["media"]) == 4

    def test_a_gif_or_a_video_stands_alone(self, account: XAccount) -> None:
        photo, moving = account.uploaded(jpeg()), account.uploaded(gif(), "image/gif", "tweet_gif")
        assert NOT_MEDIA in parameters_of(post_with(account, photo, moving))
        other = account.uploaded(gif(8, 8), "image/gif", "tweet_gif")
        assert NOT_MEDIA in parameters_of(post_with(account, moving, other))

    def test_media_die_after_a_day_on_the_stand_ins_clock(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        move_clock(account.http, 6000)
        assert account.status(media_id).json()["data"]["expires_after_secs"] == 86400 - 6000
        move_clock(account.http, 81000)
        fixed = account.with_token("sandbox")
        assert parameters_of(post_with(fixed, media_id)) == {NOT_MEDIA: [media_id]}
        assert fixed.status(media_id).status_code == 404
        fixed.set_state(rules={"errors": "legacy"})
        assert post_with(fixed, media_id).json()["errors"][0]["code"] == 325

    def test_media_can_be_used_again_within_their_day(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        assert [post_with(account, media_id).status_code for _ in range(2)] == [201, 201]

    def test_others_media_and_other_categories_are_refused(self, account: XAccount) -> None:
        theirs = open_x(account.http, "stranger").uploaded(jpeg())
        assert NOT_MEDIA in parameters_of(post_with(account, theirs))
        assert account.status(theirs).status_code == 404
        message = account.uploaded(jpeg(), category="dm_image")
        assert NOT_MEDIA in parameters_of(post_with(account, message))

    def test_unfinished_media_are_refused(self, account: XAccount) -> None:
        media_id = account.initialize(jpeg(), "image/jpeg", "tweet_image").json()["data"]["id"]
        assert NOT_MEDIA in parameters_of(post_with(account, media_id))
        assert account.status(media_id).status_code == 400


class TestAltTexts:
    def test_an_alt_text_belongs_to_the_media(self, account: XAccount) -> None:
        media_id = account.uploaded(jpeg())
        text = "창" * 1000
        answer = account.post("media/metadata", id=media_id, metadata={"alt_text": {"text": text}})
        assert answer.json()["data"]["associated_metadata"]["alt_text"]["text"] == text
        post_with(account, media_id)
        assert account.published()[0]["media"][0]["alt"] == text

    @pytest.mark.parametrize("text", ["", "창" * 1001, None])
    def test_it_has_a_thousand_characters_at_most(self, account: XAccount, text: str | None) -> None:
        media_id = account.uploaded(jpeg())
        answer = account.post("media/metadata", id=media_id, metadata={"alt_text": {"text": text}})
        assert "metadata.alt_text.text" in parameters_of(answer)
        assert account.post("media/metadata", id="17", metadata={}).status_code == 404


class TestAtOnce:
    def test_an_image_in_one_form(self, account: XAccount) -> None:
        sent = {"media_category": "tweet_image", "media_type": "image/jpeg"}
        answer = account.http.post(
            "/x/2/media/upload", data=sent, files={"media": jpeg()}, headers=account.login()
        )
        assert answer.status_code == 200, answer.text
        assert post_with(account, answer.json()["data"]["id"]).status_code == 201

    def test_a_video_or_too_many_bytes_are_refused(self, account: XAccount) -> None:
        def upload(content: bytes, category: str) -> httpx.Response:
            sent = {"media_category": category}
            return account.http.post(
                "/x/2/media/upload", data=sent, files={"media": content}, headers=account.login()
            )

        assert "media_category" in parameters_of(upload(b"video", "tweet_video"))
        assert "total_bytes" in parameters_of(upload(bytes(5 * MB + 1), "tweet_image"))


class TestOlderForm:
    def command(self, account: XAccount, path: str, **sent: object) -> httpx.Response:
        media = sent.pop("media", None)
        files = {"media": media} if isinstance(media, bytes) else {"unused": b""}
        return account.http.post(path, data=sent, files=files, headers=account.login())

    def test_it_answers_400_unless_switched_on(self, account: XAccount) -> None:
        described = {"media_type": "image/jpeg", "media_category": "tweet_image", "total_bytes": 100}
        for path in ("/x/2/media/upload", "/x-upload/1.1/media/upload.json"):
            assert self.command(account, path, command="INIT", **described).status_code == 400
        account.set_state(rules={"x_upload": "init"})
        assert account.initialize(b"a", "image/jpeg", "tweet_image").status_code == 400
        for path in ("/x/2/media/upload", "/x-upload/1.1/media/upload.json"):
            assert self.command(account, path, command="INIT", **described).is_success

    def test_the_newer_answers_have_the_newer_words(self, account: XAccount) -> None:
        account.set_state(rules={"x_upload": "init"})
        path, content = "/x/2/media/upload", jpeg()
        described = {"media_type": "image/jpeg", "media_category": "tweet_image", "total_bytes": len(content)}
        media_id = self.command(account, path, command="INIT", **described).json()["data"]["id"]
        sent = {"command": "APPEND", "media_id": media_id, "segment_index": 0, "media": content}
        assert self.command(account, path, **sent).status_code == 204
        ended = self.command(account, path, command="FINALIZE", media_id=media_id).json()["data"]
        assert (ended["id"], ended["size"]) == (media_id, len(content))
        assert self.command(account, path, command="BREW", media_id=media_id).status_code == 400
        assert post_with(account, media_id).status_code == 201

    def test_the_oldest_answers_have_the_oldest(self, account: XAccount) -> None:
        account.set_state(rules={"x_upload": "init"})
        path, content = "/x-upload/1.1/media/upload.json", gif()
        described = {"media_type": "image/gif", "media_category": "tweet_gif", "total_bytes": len(content)}
        begun = self.command(account, path, command="INIT", **described)
        assert begun.status_code == 202
        media_id = begun.json()["media_id_string"]
        assert str(begun.json()["media_id"]) == media_id
        sent = {"command": "APPEND", "media_id": media_id, "segment_index": 0, "media": content}
        assert self.command(account, path, **sent).status_code == 204
        assert self.command(account, path, command="FINALIZE", media_id=media_id).status_code == 201
        asked = {"command": "STATUS", "media_id": media_id}
        status = account.http.get(path, params=asked, headers=account.login()).json()
        assert status["processing_info"]["state"] == "succeeded"
