"""The local media store: whole files, signed addresses, nothing else on the disk within reach."""

import errno
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contracts.media_store import KEY, Fetch, MediaStoreContract
from pressrun.connectors.media_stores.local import LocalMediaStore
from pressrun.domain.failures import Misconfigured
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock

START = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def store(root: Path, clock: MovableClock) -> LocalMediaStore:
    return LocalMediaStore(root, "https://press.example/", b"k" * 32, clock)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "source.jpg"
    path.write_bytes(b"pixels" * 100)
    return path


def parts(url: str) -> tuple[str, str, str]:
    """Location, expiry and signature of a signed address."""
    split = urlsplit(url)
    query = parse_qs(split.query)
    return split.path.removeprefix("/media/"), query["expires"][0], query["signature"][0]


class TestLocalMediaStore(MediaStoreContract):
    @pytest.fixture
    def fetch(self, store: LocalMediaStore, clock: MovableClock) -> Fetch:
        async def fetched(url: str) -> bytes | None:
            return store.verify(*parts(url), clock.now()).read_bytes()

        return fetched


async def test_a_file_lies_under_its_key_and_nothing_else_is_left(
    store: LocalMediaStore, root: Path, file: Path
) -> None:
    location = await store.put(KEY, file, "image/jpeg")
    assert location == f"{KEY[:2]}/{KEY[2:]}.jpg"
    assert _files_below(root) == [root / location]


@pytest.mark.parametrize(
    ("mime", "ending"), [("image/png", ".png"), ("video/mp4", ".mp4"), ("application/x-odd", ".bin")]
)
async def test_the_ending_tells_what_it_is(
    store: LocalMediaStore, file: Path, mime: str, ending: str
) -> None:
    assert (await store.put(KEY, file, mime)).endswith(ending)


async def test_an_address_works_for_a_day_at_least_and_four_at_most(
    store: LocalMediaStore, clock: MovableClock, file: Path
) -> None:
    location, expires, signature = parts(store.url(await store.put(KEY, file, "image/jpeg")))
    assert store.verify(location, expires, signature, clock.now() + timedelta(hours=24))
    with pytest.raises(Problem) as caught:
        store.verify(location, expires, signature, clock.now() + timedelta(days=4))
    assert caught.value.status == 404


async def test_an_address_stays_the_same_for_a_day_and_then_is_renewed(
    store: LocalMediaStore, clock: MovableClock, file: Path
) -> None:
    location = await store.put(KEY, file, "image/jpeg")
    first = store.url(location)
    clock.advance(timedelta(hours=14))
    assert store.url(location) == first
    clock.advance(timedelta(hours=10))
    assert store.url(location) != first


def test_the_public_address_comes_first(store: LocalMediaStore) -> None:
    assert store.url("ab/c.jpg").startswith("https://press.example/media/ab/c.jpg?expires=")


Change = Callable[[str, str, str], tuple[str, str, str]]


@pytest.mark.parametrize(
    "change",
    [
        lambda location, expires, signature: (location.replace(".jpg", ".png"), expires, signature),
        lambda location, expires, signature: (location, str(int(expires) + 1), signature),
        lambda location, expires, signature: (location, expires, signature[:-1] + "0g"[signature[-1] == "0"]),
        lambda location, expires, signature: (location, expires, ""),
        lambda location, expires, signature: (location, expires, "é한\udcff"),
        lambda location, expires, signature: (location, "", signature),
        lambda location, expires, signature: ("../" + location, expires, signature),
    ],
)
async def test_an_address_that_was_changed_leads_nowhere(
    store: LocalMediaStore, clock: MovableClock, file: Path, change: Change
) -> None:
    right = parts(store.url(await store.put(KEY, file, "image/jpeg")))
    with pytest.raises(Problem) as caught:
        store.verify(*change(*right), clock.now())
    assert caught.value.status == 404


async def test_another_key_signs_another_address(
    store: LocalMediaStore, root: Path, clock: MovableClock, file: Path
) -> None:
    location = await store.put(KEY, file, "image/jpeg")
    stranger = LocalMediaStore(root, "https://press.example", b"x" * 32, clock)
    with pytest.raises(Problem):
        store.verify(*parts(stranger.url(location)), clock.now())


@pytest.mark.parametrize(
    "location",
    ["../secret.txt", "ab/../../secret.txt", "/etc/passwd", "ab/c.jpg\n", "ab/.hidden", "ab//c.jpg"],
)
def test_even_a_signed_address_never_leaves_the_folder(
    store: LocalMediaStore, root: Path, clock: MovableClock, location: str
) -> None:
    root.mkdir()
    (root.parent / "secret.txt").write_text("secret")
    # Signed by the store itself, as if a caller had been tricked into asking for this address.
    address = urlsplit(store.url("ab/c.jpg"))
    expires = parse_qs(address.query)["expires"][0]
    signature = parse_qs(urlsplit(store.url(location)).query)["signature"][0]
    with pytest.raises(Problem) as caught:
        store.verify(location, expires, signature, clock.now())
    assert caught.value.status == 404


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(max_size=30))
async def test_no_key_writes_outside_the_folder(key: str, tmp_path: Path) -> None:
    store = LocalMediaStore(tmp_path / "media", "https://x", b"k", MovableClock(START))
    source = tmp_path / "source"
    source.write_bytes(b"x")
    try:
        location = await store.put(key, source, "image/jpeg")
    except ValueError:
        return
    assert (tmp_path / "media" / location).resolve().is_relative_to((tmp_path / "media").resolve())


@pytest.mark.parametrize("key", ["", "ab", "../../etc", "ab/cd", "ab\0cd", ".hidden", "키키키"])
async def test_odd_keys_are_refused(store: LocalMediaStore, file: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        await store.put(key, file, "image/jpeg")


async def test_a_half_written_file_of_a_killed_process_is_replaced(
    store: LocalMediaStore, root: Path, file: Path
) -> None:
    location = await store.put(KEY, file, "image/jpeg")
    (root / location).write_bytes(b"half")
    await store.put(KEY, file, "image/jpeg")
    assert _same(root / location, file)


async def test_a_disk_that_refuses_is_for_the_operator(
    clock: MovableClock, tmp_path: Path, file: Path
) -> None:
    in_the_way = tmp_path / "media"
    in_the_way.write_text("a file where the folder should be")
    store = LocalMediaStore(in_the_way, "https://x", b"k", clock)
    with pytest.raises(Misconfigured) as caught:
        await store.put(KEY, file, "image/jpeg")
    assert caught.value.answer.message == os.strerror(20)


async def test_a_full_disk_is_nobody_s_mistake_and_leaves_no_half_file(
    tmp_path: Path, file: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    store = LocalMediaStore(tmp_path / "media", "https://x", b"k", clock)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        await store.put(KEY, file, "image/jpeg")
    assert _files_below(tmp_path / "media") == []


def _files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
