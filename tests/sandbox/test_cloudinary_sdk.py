"""The official SDK, unchanged: whatever it sends is understood, whatever it reads is there."""

import base64
import hashlib
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cloudinary.api
import cloudinary.exceptions
import cloudinary.uploader
import cloudinary.utils
import httpx
import imageio_ffmpeg
import pytest
from PIL import Image

from sandbox.cloudinary_calls import Cloud, open_cloud
from sandbox.conftest import MediaHost, encoded, jpeg, switch_on


@pytest.fixture
def cloud(http: httpx.Client) -> Iterator[Cloud]:
    cloud = open_cloud(http)
    with cloud.configured():
        yield cloud


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "비 오는 날.jpg"
    path.write_bytes(jpeg(640, 800))
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    source = "testsrc=size=320x240:rate=25:duration=1"
    written = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-y", path)
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source, *written], check=True
    )
    return path


class TestUpload:
    def test_a_file_comes_back_byte_by_byte(self, cloud: Cloud, photo: Path) -> None:
        answer = cloudinary.uploader.upload(str(photo), public_id="posts/rain")
        content = photo.read_bytes()
        assert httpx.get(answer["secure_url"]).content == content
        assert answer["etag"] == hashlib.md5(content).hexdigest()
        named = {name: answer[name] for name in ("public_id", "format", "width", "height", "bytes", "type")}
        assert named == {
            "public_id": "posts/rain",
            "format": "jpg",
            "width": 640,
            "height": 800,
            "bytes": len(content),
            "type": "upload",
        }
        assert answer["resource_type"] == "image"
        assert answer["request_id"]

    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    @pytest.mark.parametrize("version", [1, 2])
    def test_every_way_to_sign_is_understood(
        self, cloud: Cloud, photo: Path, algorithm: str, version: int
    ) -> None:
        cloud.set_state(rules={"signature": algorithm})
        with cloud.configured(signature_algorithm=algorithm, signature_version=version):
            answer = cloudinary.uploader.upload(
                str(photo),
                public_id="rain",
                tags=["a", "b&c"],
                context={"alt": "비=물|강", "caption": "x&y=z"},
            )
            assert answer["tags"] == ["a", "b&c"]
            assert cloudinary.CloudinaryImage("rain", version=answer["version"], metadata=answer).validate()

    def test_the_wrong_secret_is_told_what_was_signed(self, cloud: Cloud, photo: Path) -> None:
        with pytest.raises(
            cloudinary.exceptions.AuthorizationRequired, match=r"String to sign - 'public_id="
        ):
            cloudinary.uploader.upload(str(photo), public_id="rain", api_secret="wrong")

    def test_the_wrong_algorithm_is_a_wrong_signature(self, cloud: Cloud, photo: Path) -> None:
        with pytest.raises(
            cloudinary.exceptions.AuthorizationRequired, match=r"Invalid Signature [0-9a-f]{64}"
        ):
            cloudinary.uploader.upload(str(photo), signature_algorithm="sha256")

    def test_a_picture_may_come_from_an_address(self, cloud: Cloud, media: MediaHost) -> None:
        answer = cloudinary.uploader.upload(media.put("cat.png", encoded("PNG", 300, 200), "image/png"))
        assert (answer["format"], answer["width"], answer["original_filename"]) == ("png", 300, "cat")
        with pytest.raises(cloudinary.exceptions.BadRequest, match="404"):
            cloudinary.uploader.upload(f"{media.url}/gone.png")

    def test_a_picture_may_be_a_data_uri(self, cloud: Cloud) -> None:
        content = jpeg(1200, 1200)
        uri = "data:image/jpeg;base64," + base64.b64encode(content).decode()
        answer = cloudinary.uploader.upload(uri, public_id="inline")
        assert httpx.get(answer["url"]).content == content
        with pytest.raises(cloudinary.exceptions.BadRequest, match="base64"):
            cloudinary.uploader.upload("data:image/jpeg;base64,A")

    def test_a_stream_and_bytes_are_taken(self, cloud: Cloud) -> None:
        for given in (io.BytesIO(jpeg()), jpeg()):
            assert cloudinary.uploader.upload(given)["width"] == 1080

    def test_without_an_id_each_upload_is_an_asset_of_its_own(self, cloud: Cloud, photo: Path) -> None:
        first, second = (cloudinary.uploader.upload(str(photo)) for _ in range(2))
        assert first["public_id"] != second["public_id"]
        named = cloudinary.uploader.upload(str(photo), use_filename=True, unique_filename=False)
        assert named["public_id"] == "비_오는_날"
        unique = cloudinary.uploader.upload(str(photo), use_filename=True)
        assert unique["public_id"].startswith("비_오는_날_")

    def test_the_same_id_again_is_the_same_asset_in_a_new_version(self, cloud: Cloud, photo: Path) -> None:
        first = cloudinary.uploader.upload(str(photo), public_id="rain")
        again = cloudinary.uploader.upload(encoded("PNG"), public_id="rain")
        assert again["asset_id"] == first["asset_id"]
        assert again["version"] > first["version"]
        assert again["format"] == "png"
        assert "existing" not in again

    def test_what_must_not_be_overwritten_is_answered_as_it_is(self, cloud: Cloud, photo: Path) -> None:
        first = cloudinary.uploader.upload(str(photo), public_id="rain")
        again = cloudinary.uploader.upload(encoded("PNG"), public_id="rain", overwrite=False)
        assert again["existing"] is True
        assert (again["version"], again["etag"]) == (first["version"], first["etag"])

    @pytest.mark.parametrize(
        ("given", "resource_type", "expected"),
        [("photo.jpg", "auto", "image"), ("note.txt", "auto", "raw"), ("note.txt", "raw", "raw")],
    )
    def test_auto_finds_out_what_it_is(
        self, cloud: Cloud, tmp_path: Path, given: str, resource_type: str, expected: str
    ) -> None:
        path = tmp_path / given
        path.write_bytes(jpeg() if given.endswith("jpg") else "메모".encode())
        answer = cloudinary.uploader.upload(str(path), resource_type=resource_type)
        assert answer["resource_type"] == expected
        assert answer["public_id"].endswith(".txt") == (expected == "raw")
        assert httpx.get(answer["url"]).content == path.read_bytes()

    def test_a_video_is_measured(self, cloud: Cloud, clip: Path) -> None:
        answer = cloudinary.uploader.upload(str(clip), resource_type="video", public_id="clip")
        assert (answer["resource_type"], answer["format"]) == ("video", "mp4")
        assert (answer["width"], answer["height"]) == (320, 240)
        assert answer["duration"] == pytest.approx(1, abs=0.2)
        delivered = httpx.get(answer["url"])
        assert delivered.headers["content-type"] == "video/mp4"
        assert delivered.content == clip.read_bytes()


class TestLargeUploads:
    CHUNK = 5 * 1024 * 1024

    @pytest.fixture
    def large(self, tmp_path: Path) -> Path:
        """A little over two chunks."""
        path = tmp_path / "large.bin"
        path.write_bytes(bytes(range(256)) * 4 * 1024 * 11 + b"end")
        return path

    def test_chunks_become_one_file(self, cloud: Cloud, large: Path) -> None:
        cloud.set_state(rules={"max_image_mb": 20})
        answer: Any = cloudinary.uploader.upload_large(
            str(large), resource_type="raw", public_id="large.bin", chunk_size=self.CHUNK
        )
        assert (answer["public_id"], answer["bytes"]) == ("large.bin", large.stat().st_size)
        assert (
            hashlib.sha256(httpx.get(answer["url"]).content).digest()
            == hashlib.sha256(large.read_bytes()).digest()
        )

    def test_without_an_id_all_chunks_get_the_same(
        self, cloud: Cloud, large: Path, http: httpx.Client
    ) -> None:
        cloud.set_state(rules={"max_image_mb": 20})
        cloudinary.uploader.upload_large(str(large), resource_type="raw", chunk_size=self.CHUNK)
        uploads = [each for each in requests(http) if each["path"].endswith("/upload")]
        assert [each["status"] for each in uploads] == [200, 200, 200]

    def test_chunks_that_are_too_small_are_refused(self, cloud: Cloud, large: Path) -> None:
        with pytest.raises(cloudinary.exceptions.BadRequest, match="5 MB"):
            cloudinary.uploader.upload_large(str(large), resource_type="raw", chunk_size=1_000_000)

    def test_more_than_the_plan_allows_is_refused(self, cloud: Cloud, large: Path) -> None:
        with pytest.raises(cloudinary.exceptions.BadRequest, match="File size too large"):
            cloudinary.uploader.upload_large(str(large), resource_type="raw", chunk_size=self.CHUNK)


class TestDestroy:
    def test_what_is_destroyed_is_gone(self, cloud: Cloud, photo: Path) -> None:
        url = cloudinary.uploader.upload(str(photo), public_id="rain")["url"]
        assert cloudinary.uploader.destroy("rain", invalidate=True)["result"] == "ok"
        gone = httpx.get(url)
        assert (gone.status_code, gone.headers["x-cld-error"]) == (404, "Resource not found - rain")
        assert cloudinary.uploader.destroy("rain")["result"] == "not found"

    def test_another_type_is_another_asset(self, cloud: Cloud, photo: Path) -> None:
        cloudinary.uploader.upload(str(photo), public_id="rain", type="private")
        assert cloudinary.uploader.destroy("rain")["result"] == "not found"
        assert cloudinary.uploader.destroy("rain", type="private")["result"] == "ok"


class TestDelivery:
    def test_addresses_that_the_sdk_builds_work(self, cloud: Cloud, photo: Path) -> None:
        cloudinary.uploader.upload(str(photo), public_id="posts/rain")
        url, _ = cloudinary.utils.cloudinary_url("posts/rain", format="jpg")
        assert httpx.get(url).content == photo.read_bytes()

    @pytest.mark.parametrize(
        ("options", "kind", "size"),
        [
            ({"fetch_format": "jpg"}, "JPEG", (400, 200)),
            ({"format": "webp"}, "WEBP", (400, 200)),
            ({"fetch_format": "jpg", "width": 100, "crop": "scale"}, "JPEG", (100, 50)),
            ({"fetch_format": "jpg", "crop": "pad", "aspect_ratio": "4:5"}, "JPEG", (400, 500)),
            ({"fetch_format": "jpg", "crop": "fill", "aspect_ratio": "1:1"}, "JPEG", (200, 200)),
            ({"fetch_format": "jpg", "crop": "limit", "width": 900, "height": 900}, "JPEG", (400, 200)),
            ({"fetch_format": "jpg", "crop": "fit", "width": 100, "height": 100}, "JPEG", (100, 50)),
            (
                {"transformation": [{"width": 200, "crop": "scale"}, {"fetch_format": "jpg"}]},
                "JPEG",
                (200, 100),
            ),
        ],
    )
    def test_a_picture_is_transformed_as_the_address_says(
        self, cloud: Cloud, options: dict[str, Any], kind: str, size: tuple[int, int]
    ) -> None:
        cloudinary.uploader.upload(encoded("PNG", 400, 200), public_id="wide")
        url, _ = cloudinary.utils.cloudinary_url("wide", **options)
        delivered = httpx.get(url)
        assert delivered.status_code == 200, delivered.headers
        assert delivered.headers["content-type"] == f"image/{kind.lower()}"
        with Image.open(io.BytesIO(delivered.content)) as image:
            assert (image.format, image.size) == (kind, size)

    def test_private_files_need_a_signed_address(self, cloud: Cloud, photo: Path) -> None:
        cloudinary.uploader.upload(str(photo), public_id="rain", type="private")
        plain, _ = cloudinary.utils.cloudinary_url("rain", type="private", format="jpg")
        signed, _ = cloudinary.utils.cloudinary_url("rain", type="private", format="jpg", sign_url=True)
        assert httpx.get(plain).status_code == 404
        assert httpx.get(signed).content == photo.read_bytes()
        forged = httpx.get(signed.replace("s--", "s--A", 1).replace("--/", "", 1))
        assert forged.status_code in (401, 404)


class TestAdmin:
    def test_an_asset_can_be_looked_at_and_deleted(self, cloud: Cloud, photo: Path) -> None:
        assert cloudinary.api.ping()["status"] == "ok"
        made = cloudinary.uploader.upload(str(photo), public_id="posts/rain")
        assert cloudinary.api.resource("posts/rain")["version"] == made["version"]
        deleted = cloudinary.api.delete_resources(["posts/rain", "posts/sun"])["deleted"]
        assert deleted == {"posts/rain": "deleted", "posts/sun": "not_found"}
        with pytest.raises(cloudinary.exceptions.NotFound):
            cloudinary.api.resource("posts/rain")

    def test_the_hour_has_a_limit(self, cloud: Cloud) -> None:
        cloud.set_state(rules={"admin_per_hour": 2})
        assert cloudinary.api.ping().rate_limit_remaining == 1
        cloudinary.api.ping()
        with pytest.raises(cloudinary.exceptions.RateLimited):
            cloudinary.api.ping()


@pytest.mark.parametrize(
    ("status", "raised"),
    [
        (400, cloudinary.exceptions.BadRequest),
        (401, cloudinary.exceptions.AuthorizationRequired),
        (403, cloudinary.exceptions.NotAllowed),
        (404, cloudinary.exceptions.NotFound),
        (420, cloudinary.exceptions.RateLimited),
        (429, cloudinary.exceptions.RateLimited),
        (500, cloudinary.exceptions.GeneralError),
        (503, cloudinary.exceptions.GeneralError),
    ],
)
def test_a_failure_that_is_switched_on_is_the_sdk_s_own(
    cloud: Cloud, http: httpx.Client, status: int, raised: type[Exception]
) -> None:
    switch_on(http, {"kind": "answer", "status": status}, platform="cloudinary")
    with pytest.raises(raised, match="switched on"):
        cloudinary.uploader.upload(jpeg())


def requests(http: httpx.Client) -> list[dict[str, Any]]:
    return http.get("/_sandbox/requests", params={"platform": "cloudinary"}).json()["items"]
