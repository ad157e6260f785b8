"""The Cloudinary store against its stand-in, looked at with the official package."""

import asyncio
import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cloudinary
import cloudinary.api
import cloudinary.uploader
import httpx
import imageio_ffmpeg
import pytest

from connectors.contracts.media_store import CONTENT, KEY, Fetch, MediaStoreContract
from connectors.media_stores.conftest import Sandbox, fetched
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.media_stores import cloudinary as store_module
from pressrun.connectors.media_stores.cloudinary import CloudinaryMediaStore, failure_of
from pressrun.domain.failures import Failure, MediaBroken, Misconfigured, RateLimited, Reach, Transient
from pressrun.kit.clock import SystemClock

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MB = 1024 * 1024
FILM = bytes(range(256)) * 4096 * 11
"""A little over two chunks of five megabytes."""


@pytest.fixture
def store(http: Http, sandbox: Sandbox) -> CloudinaryMediaStore:
    return CloudinaryMediaStore(http, sandbox.cloud, now=SystemClock().now)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def official(sandbox: Sandbox) -> Iterator[Any]:
    """The official package, pointed at the same cloud."""
    cloud = sandbox.cloud
    cloudinary.reset_config()
    cloudinary.config(
        cloud_name=cloud.name,
        api_key=cloud.api_key,
        api_secret=cloud.api_secret,
        upload_prefix=cloud.api_url.rstrip("/"),
    )
    yield cloudinary
    cloudinary.reset_config()


class TestCloudinaryMediaStore(MediaStoreContract):
    @pytest.fixture
    def fetch(self) -> Fetch:
        return fetched


async def test_the_official_package_finds_it_under_its_key(
    store: CloudinaryMediaStore, official: Any, file: Path
) -> None:
    location = await store.put(KEY, file, "image/jpeg")
    assert location == f"image/pressrun/{KEY}.jpg"
    there = await asyncio.to_thread(official.api.resource, f"pressrun/{KEY}")
    assert (there["bytes"], there["etag"]) == (len(CONTENT), hashlib.md5(CONTENT).hexdigest())


async def test_a_repeated_upload_lands_on_the_same_asset(
    store: CloudinaryMediaStore, official: Any, file: Path
) -> None:
    await store.put(KEY, file, "image/jpeg")
    first = await asyncio.to_thread(official.api.resource, f"pressrun/{KEY}")
    await store.put(KEY, file, "image/jpeg")
    again = await asyncio.to_thread(official.api.resource, f"pressrun/{KEY}")
    assert again["asset_id"] == first["asset_id"]


async def test_an_upload_whose_answer_was_lost_is_made_again_without_a_second_asset(
    store: CloudinaryMediaStore, sandbox: Sandbox, file: Path
) -> None:
    sandbox.switch_on({"kind": "drop_after"})
    with pytest.raises(Transient):
        await store.put(KEY, file, "image/jpeg")
    location = await store.put(KEY, file, "image/jpeg")
    assert await fetched(store.url(location)) == CONTENT


def test_addresses_are_the_service_s_own(http: Http, sandbox: Sandbox) -> None:
    cloud = replace(sandbox.cloud, name="press", delivery_url="https://res.cloudinary.com")
    store = CloudinaryMediaStore(http, cloud, now=SystemClock().now)
    assert store.url(f"image/pressrun/{KEY}.jpg") == (
        f"https://res.cloudinary.com/press/image/upload/v1/pressrun/{KEY}.jpg"
    )


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    source = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration=1", "-pix_fmt", "yuv420p")
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *source, path], check=True)
    return path


async def test_a_video_is_a_video_and_anything_else_is_raw(
    store: CloudinaryMediaStore, clip: Path, tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text("메모")
    assert await store.put(KEY, clip, "video/mp4") == f"video/pressrun/{KEY}.mp4"
    raw = await store.put(KEY, note, "text/plain")
    assert raw == f"raw/pressrun/{KEY}.bin"
    for location, path in ((f"video/pressrun/{KEY}.mp4", clip), (raw, note)):
        content = await asyncio.to_thread(path.read_bytes)
        assert await fetched(store.url(location)) == content


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_whichever_algorithm_the_account_takes(
    store: CloudinaryMediaStore, sandbox: Sandbox, file: Path, algorithm: str
) -> None:
    sandbox.set_state(rules={"signature": algorithm})
    await store.put(KEY, file, "image/jpeg")
    before = len(sandbox.uploads())
    await store.put(KEY, file, "image/jpeg")
    # Once found out, it is not asked again.
    assert [each["status"] for each in sandbox.uploads()[before:]] == [200]


class TestLargeFiles:
    """Files above one chunk, here made small by smaller chunks."""

    @pytest.fixture
    def large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Path:
        monkeypatch.setattr(store_module, "CHUNK_BYTES", 5 * MB)
        path = tmp_path / "film.bin"
        path.write_bytes(FILM)
        sandbox.set_state(rules={"max_image_mb": 50})
        return path

    async def test_they_travel_in_chunks_and_arrive_whole(
        self, store: CloudinaryMediaStore, sandbox: Sandbox, large: Path
    ) -> None:
        location = await store.put(KEY, large, "application/x-film")
        assert [each["status"] for each in sandbox.uploads()] == [200, 200, 200]
        assert await fetched(store.url(location)) == FILM

    @pytest.mark.parametrize("effect", ["drop_before", "drop_after"])
    async def test_one_dropped_connection_does_not_begin_them_again(
        self, store: CloudinaryMediaStore, sandbox: Sandbox, large: Path, effect: str
    ) -> None:
        await store.put("another-file", large, "application/x-film")
        before = len(sandbox.uploads())
        sandbox.switch_on({"kind": effect})
        location = await store.put(KEY, large, "application/x-film")
        assert len(sandbox.uploads()) - before == 4
        assert await fetched(store.url(location)) == FILM

    async def test_a_service_that_stays_away_is_given_up(
        self, store: CloudinaryMediaStore, sandbox: Sandbox, large: Path
    ) -> None:
        sandbox.switch_on({"kind": "answer", "status": 503}, times=None)
        with pytest.raises(Transient):
            await store.put(KEY, large, "application/x-film")
        assert len(sandbox.uploads()) == 2

    async def test_what_the_plan_does_not_hold_is_broken(
        self, store: CloudinaryMediaStore, sandbox: Sandbox, large: Path
    ) -> None:
        sandbox.set_state(rules={"max_image_mb": 8})
        with pytest.raises(MediaBroken, match="File size too large"):
            await store.put(KEY, large, "application/x-film")


# Failures


async def failure_at(store: CloudinaryMediaStore, file: Path) -> Failure:
    with pytest.raises(Failure) as caught:
        await store.put(KEY, file, "image/jpeg")
    return caught.value


async def test_a_wrong_secret_is_for_the_operator_and_told_to_nobody(
    http: Http, sandbox: Sandbox, file: Path
) -> None:
    wrong = replace(sandbox.cloud, api_secret="not-the-secret")
    failure = await failure_at(CloudinaryMediaStore(http, wrong, now=SystemClock().now), file)
    assert (type(failure), failure.answer.status) == (Misconfigured, 401)
    assert "not-the-secret" not in f"{failure}{failure.answer}"
    assert failure.answer.trace


@pytest.mark.parametrize(("change", "status"), [({"name": "nobody"}, 404), ({"api_key": "12345"}, 401)])
async def test_a_wrong_cloud_or_key_is_for_the_operator(
    http: Http, sandbox: Sandbox, file: Path, change: dict[str, str], status: int
) -> None:
    wrong = CloudinaryMediaStore(http, replace(sandbox.cloud, **change), now=SystemClock().now)
    failure = await failure_at(wrong, file)
    assert (type(failure), failure.answer.status) == (Misconfigured, status)


async def test_a_wrong_clock_is_for_the_operator(http: Http, sandbox: Sandbox, file: Path) -> None:
    slow = CloudinaryMediaStore(http, sandbox.cloud, now=lambda: datetime.now(UTC) - timedelta(hours=2))
    failure = await failure_at(slow, file)
    assert isinstance(failure, Misconfigured)
    assert "Stale request" in failure.answer.message


@pytest.mark.parametrize(("state", "expected"), [("suspended", Misconfigured), ("restricted", RateLimited)])
async def test_an_account_that_is_closed_or_full(
    store: CloudinaryMediaStore, sandbox: Sandbox, file: Path, state: str, expected: type[Failure]
) -> None:
    sandbox.set_state(account=state)
    failure = await failure_at(store, file)
    assert type(failure) is expected
    if isinstance(failure, RateLimited):
        assert failure.until is not None
        assert timedelta() < failure.until - datetime.now(UTC) <= timedelta(hours=1)


async def test_what_is_no_picture_is_broken(store: CloudinaryMediaStore, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"no picture")
    assert isinstance(await failure_at(store, path), MediaBroken)


async def test_a_file_that_is_gone_never_leaves(
    store: CloudinaryMediaStore, sandbox: Sandbox, tmp_path: Path
) -> None:
    failure = await failure_at(store, tmp_path / "gone.jpg")
    assert (type(failure), failure.reach) == (MediaBroken, Reach.NOT_SENT)
    assert sandbox.uploads() == []


@pytest.mark.parametrize(
    "effect",
    [
        {"kind": "drop_before"},
        {"kind": "truncate", "bytes": 20},
        {"kind": "answer", "status": 200, "body": "<html>"},
        {"kind": "answer", "status": 200, "body": {"done": True}},
        {"kind": "answer", "status": 200, "body": [1]},
        {"kind": "answer", "status": 500},
        {"kind": "answer", "status": 503, "body": "<html>busy</html>"},
    ],
)
async def test_whatever_may_work_later_is_transient(
    store: CloudinaryMediaStore, sandbox: Sandbox, file: Path, effect: dict[str, Any]
) -> None:
    sandbox.switch_on(effect)
    assert type(await failure_at(store, file)) is Transient


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (400, "Invalid image file", MediaBroken),
        (400, "Unsupported video format or file", MediaBroken),
        (400, "Unsupported format", MediaBroken),
        (400, "Empty file", MediaBroken),
        (400, "File size too large. Got 12000000. Maximum is 10485760.", MediaBroken),
        (400, "Image file format tiff not allowed", MediaBroken),
        (413, "", MediaBroken),
        (415, "", MediaBroken),
        (400, "Stale request - reported time is 1 which is more than 1 hour ago", Misconfigured),
        (400, "Upload preset must be specified when using unsigned upload", Misconfigured),
        (400, "Missing required parameter - file", Misconfigured),
        (401, "cloud_name mismatch", Misconfigured),
        (403, "Account is disabled", Misconfigured),
        (404, "Invalid cloud_name press", Misconfigured),
        (402, "", Misconfigured),
        (408, "", Transient),
        (409, "", Transient),
        (425, "", Transient),
        (420, "Rate Limit Exceeded", RateLimited),
        (429, "", RateLimited),
        (500, "", Transient),
        (502, "", Transient),
        (504, "", Transient),
    ],
)
def test_every_answer_is_one_of_the_kinds(status: int, message: str, expected: type[Failure]) -> None:
    answer = HttpAnswer(status, httpx.Headers(), {"error": {"message": message}}, b"")
    failure = failure_of(answer, NOW)
    assert (type(failure), failure.answer.status, failure.answer.message) == (expected, status, message)


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"retry-after": "90"}, NOW + timedelta(seconds=90)),
        ({"x-featureratelimit-reset": "Sat, 21 Nov 2026 10:00:00 GMT"}, NOW + timedelta(minutes=30)),
        ({"x-featureratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_limit_says_when_it_ends(headers: dict[str, str], until: datetime | None) -> None:
    failure = failure_of(HttpAnswer(429, httpx.Headers(headers), None, b""), NOW)
    assert isinstance(failure, RateLimited)
    assert (failure.until, failure.whose) == (until, "app")
