"""What the service refuses, sent by hand where the SDK would never send it."""

import hashlib
import os

import httpx
import pytest

from pressrun.sandbox.cloudinary.signing import signature, string_to_sign
from sandbox.cloudinary_calls import Cloud, error_of, now, open_cloud
from sandbox.conftest import encoded, jpeg

MB = 1024 * 1024


@pytest.fixture
def cloud(http: httpx.Client) -> Cloud:
    return open_cloud(http)


VECTOR = {
    "eager": "w_400,h_300,c_pad|w_260,h_200,c_crop",
    "public_id": "sample_image",
    "timestamp": "1315060510",
}
"""Parameters whose signatures the official package's own tests name."""


class TestSignatures:
    @pytest.mark.parametrize("version", [1, 2])
    @pytest.mark.parametrize(
        ("algorithm", "expected"),
        [
            ("sha1", "bfd09f95f331f558cbd1320e67aa8d488770583e"),
            ("sha256", "cc927e1290f9e3ae4c1a741eda21a4630b4ce80f9ce0bc0296337d25cf40f91e"),
        ],
    )
    def test_known_vectors(self, version: int, algorithm: str, expected: str) -> None:
        assert signature(string_to_sign(VECTOR, version), "abcd", algorithm) == expected

    def test_only_version_2_keeps_one_value_from_looking_like_two(self) -> None:
        smuggling = {"public_id": "a&b=c"}
        assert string_to_sign(smuggling, 1) == "public_id=a&b=c"
        assert string_to_sign(smuggling, 2) == "public_id=a%26b=c"

    @pytest.mark.parametrize("name", ["file", "cloud_name", "resource_type", "api_key", "signature"])
    def test_what_is_not_signed_changes_nothing(self, name: str) -> None:
        assert string_to_sign(VECTOR | {name: "x", "tags": ""}, 2) == string_to_sign(VECTOR, 2)

    @pytest.mark.parametrize(
        ("change", "status", "text"),
        [
            ({"signature": "0" * 40}, 401, "Invalid Signature"),
            ({"public_id": "other"}, 401, "Invalid Signature"),
            ({"api_key": "12345"}, 401, "Unknown API key"),
            ({"signature": ""}, 401, "Missing required parameter - signature"),
            ({"signature": "", "api_key": ""}, 400, "Upload preset must be specified"),
            ({"signature": "", "upload_preset": "free"}, 400, "Upload preset not found"),
        ],
    )
    def test_what_was_not_signed_is_not_taken(
        self, cloud: Cloud, change: dict[str, str], status: int, text: str
    ) -> None:
        params = cloud.sign({"timestamp": now(), "public_id": "rain"}) | change
        answer = cloud.post(params, content=jpeg())
        assert answer.status_code == status
        assert text in error_of(answer)

    @pytest.mark.parametrize(("offset", "status"), [(-3500, 200), (3500, 200), (-3700, 400), (3700, 400)])
    def test_a_signature_is_good_for_an_hour(self, cloud: Cloud, offset: int, status: int) -> None:
        answer = cloud.post(cloud.sign({"timestamp": now(offset)}), content=jpeg())
        assert answer.status_code == status
        assert status == 200 or "Stale request" in error_of(answer)

    def test_the_clock_of_the_stand_ins_has_no_part_in_it(self, cloud: Cloud, http: httpx.Client) -> None:
        http.post("/_sandbox/clock", json={"advance_s": 86_400})
        assert cloud.upload(jpeg()).status_code == 200

    def test_a_key_of_another_cloud_opens_nothing(self, cloud: Cloud, http: httpx.Client) -> None:
        other = open_cloud(http, "another")
        params = other.sign({"timestamp": now()})
        assert cloud.post(params, content=jpeg()).status_code == 401

    def test_a_key_that_was_withdrawn_opens_nothing(self, cloud: Cloud) -> None:
        cloud.set_state(token="revoked")
        assert cloud.upload(jpeg()).status_code == 401

    def test_the_fixed_key_is_always_there(self, http: httpx.Client) -> None:
        fixed = Cloud(http, "sandbox", "sandbox", "sandbox")
        made = fixed.upload(jpeg(), public_id="demo")
        assert made.status_code == 200
        assert http.get(made.json()["url"]).content == jpeg()


class TestRefusals:
    @pytest.mark.parametrize(
        ("action", "content", "text"),
        [
            ("image/upload", b"no picture", "Invalid image file"),
            ("image/upload", jpeg()[:2000], "Invalid image file"),
            ("video/upload", jpeg(), "Unsupported video format"),
            ("image/upload", b"", "Empty file"),
            ("image/upload", None, "Missing required parameter - file"),
            ("image/destroy", None, "Missing required parameter - public_id"),
        ],
    )
    def test_what_is_no_such_file_is_refused(
        self, cloud: Cloud, action: str, content: bytes | None, text: str
    ) -> None:
        answer = cloud.post(cloud.sign({"timestamp": now()}), action=action, content=content)
        assert answer.status_code == 400
        assert text in error_of(answer)

    @pytest.mark.parametrize(
        ("params", "text"),
        [
            ({"allowed_formats": "png,webp"}, "Image file format jpg not allowed"),
            ({"public_id": "what?"}, "invalid"),
            ({"public_id": "/rain"}, "invalid"),
            ({"public_id": "x" * 256}, "invalid"),
            ({"type": "fetch"}, "Invalid type"),
            ({"eager": "w_100"}, "does not serve eager"),
            ({"file": "ftp://example.com/a.jpg"}, "Unsupported source URL"),
        ],
    )
    def test_parameters_are_checked(self, cloud: Cloud, params: dict[str, str], text: str) -> None:
        signed = {name: value for name, value in params.items() if name != "file"}
        content = None if "file" in params else jpeg()
        answer = cloud.post(params | cloud.sign({"timestamp": now(), **signed}), content=content)
        assert answer.status_code == 400
        assert text in error_of(answer)

    def test_a_timestamp_is_needed(self, cloud: Cloud) -> None:
        answer = cloud.post(cloud.sign({"public_id": "rain"}), content=jpeg())
        assert (answer.status_code, "timestamp" in error_of(answer)) == (400, True)

    def test_a_picture_above_the_plan_is_too_large(self, cloud: Cloud) -> None:
        cloud.set_state(rules={"max_image_mb": 1})
        picture = encoded("BMP", 800, 800)
        answer = cloud.upload(picture)
        assert error_of(answer).startswith(f"File size too large. Got {len(picture)}. Maximum is {MB}.")

    def test_unknown_clouds_and_kinds_are_not_found(self, cloud: Cloud, http: httpx.Client) -> None:
        stranger = Cloud(http, "nobody", cloud.key, cloud.secret)
        assert stranger.upload(jpeg()).status_code == 404
        assert cloud.post(cloud.sign({"timestamp": now()}), action="audio/upload").status_code == 404
        assert error_of(http.get("/cloudinary/v1_1"))

    def test_nothing_is_kept_of_what_was_refused(self, cloud: Cloud) -> None:
        cloud.upload(b"no picture", public_id="rain")
        assert cloud.get("rain.jpg").status_code == 404


class TestStates:
    def test_a_disabled_account_takes_and_gives_nothing(self, cloud: Cloud) -> None:
        cloud.upload(jpeg(), public_id="rain")
        cloud.set_state(account="suspended")
        answer = cloud.upload(jpeg(), public_id="rain")
        assert (answer.status_code, "disabled" in error_of(answer)) == (403, True)
        assert cloud.get("rain.jpg").status_code == 401
        cloud.set_state(account="active")
        assert cloud.get("rain.jpg").status_code == 200

    def test_a_limited_account_is_told_when_to_come_back(self, cloud: Cloud) -> None:
        cloud.set_state(account="restricted")
        answer = cloud.upload(jpeg())
        assert (answer.status_code, "Rate Limit" in error_of(answer)) == (420, True)
        assert answer.headers["x-featureratelimit-reset"].endswith("GMT")
        assert answer.headers["x-featureratelimit-remaining"] == "0"

    def test_what_is_still_processed_is_not_delivered(self, cloud: Cloud, http: httpx.Client) -> None:
        cloud.set_state(processing={"seconds": 60})
        cloud.upload(jpeg(), public_id="rain")
        assert cloud.get("rain.jpg").status_code == 423
        http.post("/_sandbox/clock", json={"advance_s": 61})
        assert cloud.get("rain.jpg").status_code == 200
        cloud.set_state(processing={"seconds": 0, "result": "error"})
        cloud.upload(jpeg(), public_id="rain")
        assert cloud.get("rain.jpg").status_code == 400


class TestDelivery:
    def test_any_version_leads_to_the_latest(self, cloud: Cloud) -> None:
        cloud.upload(jpeg(), public_id="a/b.c")
        for path in ("a/b.c.jpg", "v1/a/b.c.jpg", "v99999/a/b.c.jpg", "a/b.c", "f_jpg/v1/a/b.c.jpg"):
            assert cloud.get(path).content == jpeg(), path

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("sun.jpg", 404),
            ("f_jpg/sun.jpg", 404),
            ("e_sepia/rain.jpg", 400),
            ("c_wrong,w_10/rain.jpg", 400),
            ("w_none/rain.jpg", 400),
            ("w_99999/rain.jpg", 400),
            ("ar_x,c_pad/rain.jpg", 400),
            ("c_pad,ar_4:5,b_nocolour/rain.jpg", 400),
            ("rain.mp4", 400),
        ],
    )
    def test_what_can_not_be_delivered_is_said_in_a_header(
        self, cloud: Cloud, path: str, status: int
    ) -> None:
        cloud.upload(jpeg(), public_id="rain")
        answer = cloud.get(path)
        assert answer.status_code == status
        assert answer.headers["x-cld-error"]

    def test_a_part_of_a_file_and_its_head_can_be_asked_for(self, cloud: Cloud, http: httpx.Client) -> None:
        url = cloud.upload(jpeg(), public_id="rain").json()["url"]
        part = http.get(url, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, jpeg()[10:20])
        head = http.head(url)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(jpeg())))

    def test_transparency_becomes_white_in_a_jpeg(self, cloud: Cloud) -> None:
        cloud.upload(encoded("PNG", 20, 20), public_id="clear")
        assert cloud.get("f_jpg/clear.png").headers["content-type"] == "image/jpeg"


class TestChunks:
    def send(
        self, cloud: Cloud, content: bytes, first: int, total: int, upload_id: str = "u1"
    ) -> httpx.Response:
        headers = {
            "X-Unique-Upload-Id": upload_id,
            "Content-Range": f"bytes {first}-{first + len(content) - 1}/{total}",
        }
        params = cloud.sign({"timestamp": now(), "public_id": "film.bin"})
        return cloud.post(params, action="raw/upload", content=content, headers=headers)

    def test_a_repeated_chunk_does_no_harm_and_their_order_does_not_matter(self, cloud: Cloud) -> None:
        content = os.urandom(5 * MB + 1000)
        total = len(content)
        last = self.send(cloud, content[5 * MB :], 5 * MB, total)
        assert (last.json()["done"], last.json()["bytes"]) == (False, 1000)
        again = self.send(cloud, content[5 * MB :], 5 * MB, total)
        assert again.json()["bytes"] == 1000
        whole = self.send(cloud, content[: 5 * MB], 0, total)
        assert "done" not in whole.json()
        assert whole.json()["etag"] == hashlib.md5(content).hexdigest()

    def test_two_uploads_never_mix(self, cloud: Cloud, http: httpx.Client) -> None:
        total = 5 * MB + 3
        self.send(cloud, b"a" * 5 * MB, 0, total, "one")
        self.send(cloud, b"b" * 5 * MB, 0, total, "two")
        done = self.send(cloud, b"end", 5 * MB, total, "one").json()
        assert http.get(done["url"]).content == b"a" * 5 * MB + b"end"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Content-Range": "bytes 0-9/10"},
            {"X-Unique-Upload-Id": "u1"},
            {"X-Unique-Upload-Id": "u1", "Content-Range": "bytes 5-2/10"},
            {"X-Unique-Upload-Id": "u1", "Content-Range": "bytes 0-10/10"},
            {"X-Unique-Upload-Id": "u1", "Content-Range": "bytes 0-5/10"},
            {"X-Unique-Upload-Id": "u1", "Content-Range": "some"},
        ],
    )
    def test_pieces_that_do_not_fit_are_refused(self, cloud: Cloud, headers: dict[str, str]) -> None:
        params = cloud.sign({"timestamp": now()})
        answer = cloud.post(params, action="raw/upload", content=b"0123456789", headers=headers)
        assert answer.status_code == 400
        assert error_of(answer)
