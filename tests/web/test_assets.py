"""`/api/assets`: files are looked at before they are kept, and kept once."""

import hashlib
import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

import makers
from clips import MakeVideo
from pressrun.store.database import Store
from pressrun.web import uploads
from rendering.makers import tone


def left_over(folder: Path) -> list[Path]:
    return [path for path in (folder / ".incoming").rglob("*") if path.is_file()]


def noise(kind: str, width: int = 320, height: int = 240) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 80).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def test_a_file_is_taken_in_and_given_back(bob: TestClient, asset_folder: Path) -> None:
    image = makers.make_image(640, 480)
    answer = bob.post("/api/assets", files={"file": ("카페.jpg", image)}, data={"alt_text": "A cup"})
    assert answer.status_code == 201
    asset = answer.json()
    digest = hashlib.sha256(image).hexdigest()
    assert asset["id"] == digest
    assert (asset["kind"], asset["mime"], asset["width"], asset["height"]) == (
        "image",
        "image/jpeg",
        640,
        480,
    )
    assert (asset["duration"], asset["bytes"]) == (None, len(image))
    assert (asset["name"], asset["alt_text"]) == ("카페.jpg", "A cup")
    assert (asset_folder / digest[:2] / digest).read_bytes() == image
    assert left_over(asset_folder) == []

    file = bob.get(asset["url"])
    assert file.content == image
    assert file.headers["content-type"] == "image/jpeg"
    assert "immutable" in file.headers["cache-control"]
    assert file.headers["x-content-type-options"] == "nosniff"
    part = bob.get(asset["url"], headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, image[:10])


def test_the_same_file_twice_is_one_asset(bob: TestClient) -> None:
    image = makers.make_image()
    first = bob.post("/api/assets", files={"file": ("one.jpg", image)}).json()
    second = bob.post("/api/assets", files={"file": ("two.jpg", image)})
    assert second.status_code == 201
    assert second.json() == first
    assert len(bob.get("/api/assets").json()["items"]) == 1


def test_an_image_has_a_thumbnail(bob: TestClient) -> None:
    asset = bob.post("/api/assets", files={"file": ("big.png", noise("PNG", 1600, 1200))}).json()
    for _ in range(2):
        thumbnail = bob.get(asset["thumbnail_url"])
        with Image.open(io.BytesIO(thumbnail.content)) as image:
            assert (image.format, image.size) == ("JPEG", (480, 360))


def test_a_video_is_taken_with_what_is_inside_and_a_picture_of_it(
    bob: TestClient, make_video: MakeVideo
) -> None:
    asset = bob.post("/api/assets", files={"file": ("film.mp4", make_video(4))}).json()
    assert (asset["kind"], asset["mime"], asset["width"], asset["height"]) == ("video", "video/mp4", 108, 192)
    assert asset["duration"] == pytest.approx(4, abs=0.1)
    for _ in range(2):
        thumbnail = bob.get(asset["thumbnail_url"])
        assert thumbnail.headers["content-type"] == "image/jpeg"
        with Image.open(io.BytesIO(thumbnail.content)) as image:
            assert (image.format, image.size) == ("JPEG", (108, 192))


def test_a_sound_has_no_thumbnail(bob: TestClient, tmp_path: Path) -> None:
    sound = tone(tmp_path / "note.wav").read_bytes()
    asset = bob.post("/api/assets", files={"file": ("note.wav", sound)}).json()
    assert (asset["kind"], asset["thumbnail_url"]) == ("audio", None)
    assert bob.get(f"/api/assets/{asset['id']}/thumbnail").status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "HEIF"])
def test_other_kinds_of_images_are_taken(bob: TestClient, kind: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    answer = bob.post("/api/assets", files={"file": ("photo", noise(kind))})
    assert answer.status_code == 201
    assert answer.json()["kind"] == "image"
    assert bob.get(answer.json()["thumbnail_url"]).headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.jpg", b"this is no picture", "media_broken"),
        ("notes.txt", b"this is no picture", "media_unsupported"),
        ("cut.png", noise("PNG")[:2000], "media_broken"),
        ("empty.jpg", b"", "media_broken"),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "media_unsupported"),
    ],
)
def test_what_is_no_media_is_refused_and_not_kept(
    bob: TestClient, asset_folder: Path, name: str, content: bytes, code: str
) -> None:
    answer = bob.post("/api/assets", files={"file": (name, content)})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["field"] == "file"
    assert name in answer.json()["errors"][0]["message"]
    assert left_over(asset_folder) == []
    assert bob.get("/api/assets").json()["items"] == []


def test_an_image_of_sixty_megapixels_is_refused(bob: TestClient) -> None:
    buffer = io.BytesIO()
    Image.new("L", (10_000, 6_000)).save(buffer, "PNG")
    headers = {"Accept-Language": "en"}
    answer = bob.post("/api/assets", files={"file": ("huge.png", buffer.getvalue())}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "media_too_large")
    assert "60 megapixels" in answer.json()["errors"][0]["message"]


def test_a_request_without_a_file_is_refused(bob: TestClient, asset_folder: Path) -> None:
    for body in (
        {"json": {}},
        {"data": {"file": "text"}},
        {"files": {"other": ("a.jpg", makers.make_image())}},
    ):
        answer = bob.post("/api/assets", **body)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (422, "file_missing")
    assert left_over(asset_folder) == []


@pytest.mark.parametrize("cut", [20, 60, 200])
def test_a_multipart_body_that_breaks_off_is_refused(bob: TestClient, asset_folder: Path, cut: int) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + makers.make_image()
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = bob.post("/api/assets", content=body[:cut], headers=headers)
    assert answer.status_code in (400, 422)
    assert left_over(asset_folder) == []


def test_a_file_over_the_limit_is_refused_while_it_arrives(
    bob: TestClient, asset_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "UPLOAD_LIMIT", 2_000_000)
    assert bob.post("/api/assets", files={"file": ("a.jpg", b"x" * 1_500_000)}).status_code == 422
    answer = bob.post("/api/assets", files={"file": ("a.jpg", b"x" * 2_500_000)})
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert "2,000,000" in answer.json()["title"]
    assert left_over(asset_folder) == []


def test_a_file_name_can_not_leave_its_folder(bob: TestClient, asset_folder: Path) -> None:
    answer = bob.post("/api/assets", files={"file": ("../../etc/x.jpg", makers.make_image())})
    assert answer.json()["name"] == "x.jpg"


def test_an_upload_under_one_key_is_one_upload(bob: TestClient, asset_folder: Path) -> None:
    headers = {"Idempotency-Key": "upload-1"}
    image, other = makers.make_image(), makers.make_image()
    first = bob.post("/api/assets", files={"file": ("a.jpg", image)}, headers=headers)
    again = bob.post("/api/assets", files={"file": ("a.jpg", image)}, headers=headers)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    mismatch = bob.post("/api/assets", files={"file": ("a.jpg", other)}, headers=headers)
    assert mismatch.json()["code"] == "idempotency_mismatch"
    assert left_over(asset_folder) == []


def test_files_are_listed_newest_first(bob: TestClient, store: Store) -> None:
    made = [makers.make_asset(store).id for _ in range(3)]
    page = bob.get("/api/assets", params={"limit": 2}).json()
    rest = bob.get("/api/assets", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [asset["id"] for asset in page["items"] + rest["items"]] == made[::-1]
    assert bob.get("/api/assets", params={"kind": "video"}).json()["items"] == []


def test_the_alt_text_can_be_changed(bob: TestClient, store: Store) -> None:
    asset = makers.make_asset(store)
    assert bob.put(f"/api/assets/{asset.id}", json={"alt_text": "A cat"}).json()["alt_text"] == "A cat"


@pytest.mark.parametrize("path", ["", "/file", "/thumbnail"])
def test_an_unknown_file_is_not_found(bob: TestClient, path: str) -> None:
    answer = bob.get(f"/api/assets/{'0' * 64}{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "asset_not_found")


def test_a_file_that_vanished_from_the_disk_is_not_found(bob: TestClient, store: Store) -> None:
    asset = makers.make_asset(store)
    assert bob.get(f"/api/assets/{asset.id}").status_code == 200
    assert bob.get(f"/api/assets/{asset.id}/file").status_code == 404


def test_files_are_for_signed_in_people(
    client: TestClient, vera: TestClient, store: Store, asset_folder: Path
) -> None:
    asset = makers.make_asset(store, asset_folder)
    for path in ("", "/file", "/thumbnail"):
        assert client.get(f"/api/assets/{asset.id}{path}").status_code == 401
        assert vera.get(f"/api/assets/{asset.id}{path}").status_code == 200
    upload = {"file": ("a.jpg", makers.make_image())}
    assert client.post("/api/assets", files=upload).status_code == 401
    assert vera.post("/api/assets", files=upload).status_code == 403
    assert left_over(asset_folder) == []
