"""A real upload of 200 MB, killed with -9 five times at random bytes, is one video (must show 4).

The last piece and what follows it die too: at the points where a second video could come from.
"""

import random
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clips import MakeVideo
from connectors.publishers.youtube_stand import assert_each_byte_once
from crash.house import House, Point, PostOf, wait_until

pytestmark = pytest.mark.crash

LARGE = 200 * 1024 * 1024
SMALL = 3 * 1024 * 1024 + 77
KILLS = 5
PROGRESS = "pressrun.connectors.http:Http._start_again"
"""Called for each 256 KiB of a file that leave."""
PATIENT = {"settle_seconds": 30, "http_timeout_seconds": 20, "confirm_seconds": "0,1,3,6,12,20"}
patient = pytest.mark.parametrize("new_house", [PATIENT], indirect=True)
quick = pytest.mark.parametrize(
    "new_house",
    [{"settle_seconds": 9, "http_timeout_seconds": 6, "confirm_seconds": "0,1,3,6"}],
    indirect=True,
)


class Channel:
    """A channel of the sandbox, connected to the house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.account = house.new_account("youtube")

    def written(self, film: Path) -> dict[str, Any]:
        """A video that nobody asked to publish yet."""
        with film.open("rb") as opened:
            asset = self.house.made("/api/assets", files={"file": ("film.mp4", opened)})
        return {
            "account_id": self.account.id,
            "caption": "아침 산책",
            "asset_ids": [asset["id"]],
            "format": "short",
        }

    def post(self) -> PostOf:
        """The one post that was asked for here."""
        return self.account.post()

    def published(self) -> list[dict[str, Any]]:
        return self.account.published()

    def log(self) -> list[dict[str, Any]]:
        every = self.house.sandbox.get("/_sandbox/requests", params={"platform": "youtube"}).json()["items"]
        return [call for call in every if call["account_id"] == self.account.outside_id]

    def sessions(self) -> int:
        """How many uploads were begun."""
        return sum(call["method"] == "POST" and call["path"].endswith("/videos") for call in self.log())

    def confirmed(self) -> list[tuple[int, int]]:
        ranges = [call["range"].split("-") for call in self.log() if "range" in call]
        return [(int(first), int(last)) for first, last in ranges]

    def assert_one_video(self, film: Path) -> None:
        """It is out, whole, once, and each of its bytes was confirmed once in one session."""
        post = self.post()
        wait_until(
            lambda: post.now()["status"] in ("published", "failed", "unconfirmed"), lambda: str(post.now())
        )
        ended = post.now()
        assert ended["status"] == "published", ended
        (there,) = self.published()
        assert ended["external_id"] == there["id"]
        assert ended["permalink"].endswith(f"/youtube/watch?v={there['id']}")
        assert self.sessions() == 1
        assert_each_byte_once(self.confirmed(), film.stat().st_size)


@pytest.fixture
def films(make_video: MakeVideo, tmp_path: Path) -> Iterator[dict[str, Path]]:
    """Playable files, made large by a box that players skip; the disk holds little of them."""
    made = {}
    for name, size in (("small", SMALL), ("large", LARGE)):
        content = make_video(1, size="108x192")
        made[name] = tmp_path / f"{name}.mp4"
        with made[name].open("wb") as file:
            file.write(content + (size - len(content)).to_bytes(4, "big") + b"free")
            file.truncate(size)
    yield made
    for file in made.values():
        file.unlink()


@patient
def test_200_megabytes_killed_five_times_at_random_bytes_are_one_video(
    new_house: House, films: dict[str, Path]
) -> None:
    dice = random.Random(200)
    points = [Point("before", PROGRESS, nth=dice.randrange(20, 130)) for _ in range(KILLS)]
    life = new_house.begin()
    new_house.open()
    channel = Channel(new_house)
    asked = channel.written(films["large"])
    new_house.doom(points[0], life)
    new_house.publish(asked)
    assert life.ends() == -signal.SIGKILL
    for point in points[1:]:
        new_house.doom(point)
        assert new_house.begin(wait=False).ends() == -signal.SIGKILL
    assert channel.published() == []
    new_house.begin()
    channel.assert_one_video(films["large"])


AROUND_THE_LAST_PIECE = [
    Point("before", "pressrun.actions.journal:AttemptJournal.write_intent"),
    Point("after", "pressrun.actions.journal:AttemptJournal.write_intent"),
    Point("before", "pressrun.actions.journal:AttemptJournal.fulfil_intent"),
    Point("after", "pressrun.actions.journal:AttemptJournal.fulfil_intent"),
    Point("before", "pressrun.connectors.publishers.youtube.processing:_look"),
    Point("before", "pressrun.actions.publishing:succeed"),
]


@quick
@pytest.mark.parametrize("point", AROUND_THE_LAST_PIECE, ids=str)
def test_a_kill_around_the_last_piece_makes_no_second_video(
    new_house: House, films: dict[str, Path], point: Point
) -> None:
    life = new_house.begin()
    new_house.open()
    channel = Channel(new_house)
    asked = channel.written(films["small"])
    new_house.doom(point, life)
    new_house.publish(asked)
    assert life.ends() == -signal.SIGKILL
    new_house.begin()
    channel.assert_one_video(films["small"])
