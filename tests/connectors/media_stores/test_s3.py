"""The S3 store against a real endpoint, looked at with Amazon's own client."""

import asyncio
import hashlib
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from connectors.contracts.media_store import CONTENT, KEY, Fetch, MediaStoreContract
from connectors.media_stores.conftest import S3Service, fetched
from pressrun.connectors.media_stores.s3 import VALID, Bucket, S3MediaStore
from pressrun.domain.failures import Failure, MediaBroken, Misconfigured, RateLimited, Transient

TIMEOUT = timedelta(seconds=5)


@pytest.fixture
def bucket(s3: S3Service) -> Bucket:
    return s3.new_bucket()


@pytest.fixture
def store(bucket: Bucket) -> S3MediaStore:
    return S3MediaStore(bucket, timeout=TIMEOUT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    path.write_bytes(CONTENT)
    return path


class TestS3MediaStore(MediaStoreContract):
    @pytest.fixture
    def fetch(self) -> Fetch:
        return fetched


async def test_another_client_finds_it_with_its_type(s3: S3Service, bucket: Bucket, file: Path) -> None:
    store = S3MediaStore(replace(bucket, prefix="/press/media/"), timeout=TIMEOUT)
    location = await store.put(KEY, file, "image/jpeg")
    assert location == f"press/media/{KEY}.jpg"
    there = s3.client.get_object(Bucket=bucket.name, Key=location)
    assert (there["Body"].read(), there["ContentType"]) == (CONTENT, "image/jpeg")
    assert [item["Key"] for item in s3.client.list_objects_v2(Bucket=bucket.name)["Contents"]] == [location]


async def test_an_address_is_signed_for_the_path_and_lasts_a_day_at_least(
    store: S3MediaStore, bucket: Bucket, file: Path
) -> None:
    url = urlsplit(store.url(await store.put(KEY, file, "image/jpeg")))
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}" == bucket.endpoint
    assert url.path == f"/{bucket.name}/{KEY}.jpg"
    assert timedelta(hours=24) <= timedelta(seconds=int(asked["X-Amz-Expires"])) <= timedelta(days=7)
    assert asked["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert asked["X-Amz-Credential"].startswith("press/")
    signed_at = datetime.strptime(asked["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - signed_at) < timedelta(minutes=5)


async def test_another_client_signs_the_same_address(
    s3: S3Service, store: S3MediaStore, bucket: Bucket, file: Path
) -> None:
    """Within the same second; the time is part of the signature."""
    location = await store.put(KEY, file, "image/jpeg")
    client = s3.client_with(bucket.access_key, bucket.secret_key)
    asked = {"Params": {"Bucket": bucket.name, "Key": location}, "ExpiresIn": int(VALID.total_seconds())}
    pairs = [(client.generate_presigned_url("get_object", **asked), store.url(location)) for _ in range(5)]
    # Two of five pairs at most may lie on both sides of a second's end.
    assert sum(set(parts(theirs)) == set(parts(ours)) for theirs, ours in pairs) >= 3


def parts(url: str) -> list[tuple[str, str]]:
    split = urlsplit(url)
    return [("path", f"{split.netloc}{split.path}"), *parse_qsl(split.query)]


def test_without_an_endpoint_it_is_amazon_in_its_region(bucket: Bucket) -> None:
    store = S3MediaStore(replace(bucket, endpoint="", region="ap-northeast-2"), timeout=TIMEOUT)
    url = urlsplit(store.url("a.jpg"))
    assert url.netloc == "s3.ap-northeast-2.amazonaws.com"
    assert url.path == f"/{bucket.name}/a.jpg"


def test_variables_of_the_machine_mix_in_nowhere(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_SESSION_TOKEN", "leftover"),
        ("AWS_ACCESS_KEY_ID", "somebody"),
        ("AWS_ENDPOINT", "http://elsewhere.test"),
        ("AWS_DEFAULT_REGION", "mars-1"),
    ):
        monkeypatch.setenv(name, value)
    url = S3MediaStore(bucket, timeout=TIMEOUT).url("a.jpg")
    assert not [word for word in ("leftover", "somebody", "elsewhere", "mars") if word in url]


async def test_a_large_file_travels_in_parts(
    s3: S3Service, store: S3MediaStore, bucket: Bucket, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(range(256)) * 70_000)
    location = await store.put(KEY, path, "video/mp4")
    there = s3.client.get_object(Bucket=bucket.name, Key=location)
    assert there["ETag"].strip('"').endswith("-4")
    assert there["ContentType"] == "video/mp4"
    assert hashlib.file_digest(there["Body"], "sha256").digest() == digest(path)


# Failures


async def failure_of(store: S3MediaStore, file: Path) -> Failure:
    with pytest.raises(Failure) as caught:
        await store.put(KEY, file, "image/jpeg")
    return caught.value


async def test_a_bucket_that_is_not_there_is_for_the_operator(bucket: Bucket, file: Path) -> None:
    failure = await failure_of(S3MediaStore(replace(bucket, name="nobodys-bucket"), timeout=TIMEOUT), file)
    assert (type(failure), failure.answer.status, failure.answer.code) == (Misconfigured, 404, "NoSuchBucket")


async def test_a_service_that_is_not_there_may_come_back(bucket: Bucket, file: Path) -> None:
    failure = await failure_of(
        S3MediaStore(replace(bucket, endpoint="http://127.0.0.1:9"), timeout=TIMEOUT), file
    )
    assert isinstance(failure, Transient)


async def test_a_file_that_is_gone_is_broken(store: S3MediaStore, tmp_path: Path) -> None:
    assert isinstance(await failure_of(store, tmp_path / "gone.jpg"), MediaBroken)


ANSWERS = [
    (403, "AccessDenied", Misconfigured),
    (403, "SignatureDoesNotMatch", Misconfigured),
    (403, "InvalidAccessKeyId", Misconfigured),
    (403, "RequestTimeTooSkewed", Misconfigured),
    (400, "ExpiredToken", Misconfigured),
    (404, "NoSuchBucket", Misconfigured),
    (301, "PermanentRedirect", Misconfigured),
    (400, "EntityTooLarge", MediaBroken),
    (400, "RequestTimeout", Transient),
    (409, "OperationAborted", Transient),
    (429, "TooManyRequests", RateLimited),
    (500, "InternalError", Transient),
    (503, "SlowDown", Transient),
    (502, "", Transient),
]


@pytest.mark.parametrize(("status", "code", "expected"), ANSWERS)
async def test_every_answer_is_one_of_the_kinds(
    bucket: Bucket, file: Path, status: int, code: str, expected: type[Failure]
) -> None:
    body = (
        f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>As said.</Message></Error>" if code else ""
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r")[0] or 0)
        await reader.readexactly(length)
        writer.write(
            f"HTTP/1.1 {status} So\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n{body}".encode()
        )
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    failure = await failure_of(S3MediaStore(replace(bucket, endpoint=endpoint), timeout=TIMEOUT), file)
    server.close()
    assert (type(failure), failure.answer.status, failure.answer.code) == (expected, status, code or None)
    assert bucket.secret_key not in f"{failure}{failure.answer}"


# Memory

MEASURED = """
import asyncio, resource, sys
from datetime import timedelta
from pathlib import Path
from pressrun.connectors.media_stores.s3 import Bucket, S3MediaStore

async def main():
    bucket = Bucket(name=sys.argv[1], access_key="k", secret_key="s", endpoint=sys.argv[2])
    store = S3MediaStore(bucket, timeout=timedelta(seconds=60))
    await store.put("small-file", Path(sys.argv[3]), "video/mp4")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await store.put("large-file", Path(sys.argv[4]), "video/mp4")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)

asyncio.run(main())
"""


async def test_a_large_file_adds_hardly_any_memory(s3: S3Service, bucket: Bucket, tmp_path: Path) -> None:
    size = 300_000_000
    small, large = tmp_path / "small.mp4", tmp_path / "large.mp4"
    small.write_bytes(b"small")
    with large.open("wb") as file:
        file.truncate(size)
    measuring = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MEASURED, bucket.name, s3.url, small, large, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await measuring.communicate()
    assert s3.client.head_object(Bucket=bucket.name, Key="large-file.mp4")["ContentLength"] == size
    assert int(told) < 50_000


def digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
