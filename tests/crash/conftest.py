"""The sandbox all stories publish to, and houses with short times."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import MakeVideo, padded
from crash.house import House, house
from pressrun.sandbox.app import running
from pressrun.store.database import Store

SHORT = {
    "settle_seconds": 3,
    "confirm_seconds": "0,1,4,6",
    "retry_seconds": "1,1,1",
    "lease_seconds": 4,
    "missed_grace_seconds": 60,
    "youtube_units_per_day": 1_000_000,
    "youtube_uploads_per_day": 1_000,
}
"""Everything that takes minutes takes seconds, and one day has room for all; nothing else differs."""


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture(scope="session")
def old_house(sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`pressrun up` on SQLite; dies in each story and goes on in the next with all it has been through."""
    with house(tmp_path_factory.mktemp("crash") / "house", sandbox_url, **SHORT) as built:
        yield built


@pytest.fixture(scope="session")
def old_store(old_house: House) -> Store:
    old_house.lives_on()
    return old_house.open()


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A video that is sent in one request."""
    return MakeVideo(tmp_path_factory.mktemp("clips"))(5, size="180x320")


@pytest.fixture(scope="session")
def clip(small_clip: bytes) -> bytes:
    """A video that is sent in two requests."""
    return padded(small_clip, 600_000)


@pytest.fixture
def new_house(sandbox_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house of the story's own, with settings of its own where the story gives some."""
    with house(tmp_path / "house", sandbox_url, **SHORT | getattr(request, "param", {})) as built:
        yield built
