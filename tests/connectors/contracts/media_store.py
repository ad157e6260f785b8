"""What every media store promises: what was put can be fetched by anyone, and put again safely."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import makers
from pressrun.connectors.base import MediaStore
from pressrun.domain.failures import Failure

Fetch = Callable[[str], Awaitable[bytes | None]]
"""What a platform would get from an address; None where it is refused."""

KEY = "3f5a9c0b" * 8
CONTENT = makers.make_image(colour="teal")
"""A real picture: some stores take no other file for one."""


class MediaStoreContract:
    """Subclass with fixtures `store` and `fetch`."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "source.jpg"
        path.write_bytes(CONTENT)
        return path

    async def test_what_was_put_can_be_fetched(self, store: MediaStore, fetch: Fetch, file: Path) -> None:
        location = await store.put(KEY, file, "image/jpeg")
        assert await fetch(store.url(location)) == CONTENT

    async def test_the_same_key_again_is_the_same_place(self, store: MediaStore, file: Path) -> None:
        first = await store.put(KEY, file, "image/jpeg")
        assert await store.put(KEY, file, "image/jpeg") == first

    async def test_the_stored_file_outlives_its_source(
        self, store: MediaStore, fetch: Fetch, file: Path
    ) -> None:
        location = await store.put(KEY, file, "image/jpeg")
        await asyncio.to_thread(file.unlink)
        assert await fetch(store.url(location)) == CONTENT

    async def test_changing_the_source_does_not_change_what_was_stored(
        self, store: MediaStore, fetch: Fetch, file: Path
    ) -> None:
        location = await store.put(KEY, file, "image/jpeg")
        with file.open("r+b") as source:
            source.write(b"changed")
        assert await fetch(store.url(location)) == CONTENT

    async def test_different_keys_never_meet(self, store: MediaStore, fetch: Fetch, tmp_path: Path) -> None:
        files = []
        for number in range(8):
            path = tmp_path / f"{number}.jpg"
            path.write_bytes(makers.make_image(10 + number, 10))
            files.append(path)
        locations = await asyncio.gather(
            *(store.put(f"{number}{KEY[1:]}", path, "image/jpeg") for number, path in enumerate(files))
        )
        for path, location in zip(files, locations, strict=True):
            assert await fetch(store.url(location)) == path.read_bytes()

    async def test_many_at_once_may_put_the_same_file(
        self, store: MediaStore, fetch: Fetch, file: Path
    ) -> None:
        locations = await asyncio.gather(*(store.put(KEY, file, "image/jpeg") for _ in range(12)))
        assert len(set(locations)) == 1
        assert await fetch(store.url(locations[0])) == CONTENT

    async def test_a_file_may_be_put_again_with_other_bytes(
        self, store: MediaStore, fetch: Fetch, file: Path, tmp_path: Path
    ) -> None:
        """It was prepared again after our copy was lost; whole files only, whichever of them."""
        other = tmp_path / "other.jpg"
        other.write_bytes(makers.make_image(641, 480, colour="teal"))
        first = await store.put(KEY, file, "image/jpeg")
        assert await store.put(KEY, other, "image/jpeg") == first
        assert await fetch(store.url(first)) in (CONTENT, other.read_bytes())

    @pytest.mark.parametrize("key", ["", "ab", "../../etc", "ab/cd", "a?b=c", "키키키"])
    async def test_odd_keys_are_refused(self, store: MediaStore, file: Path, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            await store.put(key, file, "image/jpeg")

    async def test_a_missing_source_is_a_failure_of_a_known_kind(
        self, store: MediaStore, tmp_path: Path
    ) -> None:
        with pytest.raises(Failure):
            await store.put(KEY, tmp_path / "gone.jpg", "image/jpeg")
