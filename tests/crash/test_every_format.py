"""kill -9 at any line, whatever the platform and the format: no part is lost, none is there twice (S2.10).

Instagram's feed and carousel have stories of their own in `test_kill_9`; here each other format dies before,
in and after each of its stages, on the wire, and between the parts of a thread. PRESSRUN_CRASH=full tries
every point; otherwise each format has some, in turn.
"""

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from crash.conftest import SHORT as SHORT_TIMES
from crash.house import IRREVOCABLE, Account, House, Point, assert_out_exactly_once, house
from crash.selection import one_in
from crash.test_kill_9 import (
    BEGIN,
    BEGIN_LOOK,
    CLAIM,
    DONE,
    END_LOOK,
    FAIL,
    FULFIL,
    KEEP,
    NOTE_FAILURE,
    PUBLISHED,
    REQUEST,
    START,
    STEP,
    SUCCEED,
    TAKE_UP,
    WRITE_INTENT,
)
from pressrun.store.database import Store

pytestmark = pytest.mark.crash

SEND = "pressrun.connectors.http:Http.send"
RENEWED = "pressrun.actions.logins:_keep"
PATIENT_LOOKS = {"confirm_seconds": "0,1,4,6,63,70,80"}
"""X's timeline lags: whether a post is not there is known only after a minute."""


@dataclass(frozen=True)
class Shape:
    """A format of a platform: what it goes through, and the requests that only it makes."""

    platform: str
    format: str
    stages: Sequence[str]
    calls: Sequence[str]
    wire: Sequence[Point]
    parts: int = 1

    def __str__(self) -> str:
        return f"{self.platform}-{self.format}"

    def points(self) -> Iterator[Point]:
        """Every place to die at."""
        yield from (Point("after", CLAIM), Point("after", TAKE_UP), Point("after", START))
        for stage in self.stages:
            yield Point("before", BEGIN, stage)
            yield Point("before", KEEP, stage)
            yield Point("after", STEP, stage)
        for nth, call in enumerate(self.calls, start=1):
            yield Point("before", BEGIN, call)
            yield Point("before", WRITE_INTENT, nth=nth)
            yield Point("after", WRITE_INTENT, nth=nth)
            yield Point("after", FULFIL, nth=nth)
            yield Point("after", STEP, call)
        yield from self.wire
        yield from (Point("before", SUCCEED), Point("after", PUBLISHED), Point("after", SUCCEED))
        yield Point("after", DONE, "SUCCESS")


PUBLISH_ON_INSTAGRAM = tuple(Point(when, REQUEST, "/media_publish") for when in ("sent", "answered", "after"))
REEL = Shape(
    "instagram",
    "reel",
    ("upload", "container", "polling", "link"),
    ("publish",),
    (
        Point("sent", REQUEST, "/media"),
        Point("after", REQUEST, "/media"),
        Point("sent", SEND, "POST"),
        Point("answered", SEND, "POST"),
        *PUBLISH_ON_INSTAGRAM,
    ),
)
STORY = Shape(
    "instagram",
    "story",
    ("upload", "container", "polling", "link"),
    ("publish",),
    (Point("sent", REQUEST, "/media"), *PUBLISH_ON_INSTAGRAM),
)
LAST_PIECE = (
    Point("sent", SEND, "PUT"),
    Point("answered", SEND, "PUT"),
    Point("sent", REQUEST, "PUT"),
    Point("answered", REQUEST, "PUT"),
    Point("after", REQUEST, "PUT"),
    Point("sent", REQUEST, "/upload/youtube/v3/videos"),
    Point("after", REQUEST, "/upload/youtube/v3/videos"),
)
VIDEO = Shape("youtube", "video", ("upload", "session", "transfer", "processing"), ("publish",), LAST_PIECE)
SHORT = Shape(
    "youtube",
    "short",
    ("upload", "session", "transfer", "thumbnail", "captions", "playlist", "processing"),
    ("publish",),
    (
        *LAST_PIECE,
        Point("sent", SEND, "/thumbnails/set"),
        Point("answered", REQUEST, "/upload/youtube/v3/captions"),
        Point("sent", REQUEST, "/playlistItems", nth=2),
    ),
)
TWEET = Shape(
    "x",
    "tweet",
    ("upload", "media", "alt_text", "ready"),
    ("publish",),
    (
        Point("sent", REQUEST, "/media/upload/initialize"),
        Point("sent", SEND, "/append"),
        Point("answered", REQUEST, "/finalize"),
        Point("sent", REQUEST, "/2/tweets"),
        Point("answered", REQUEST, "/2/tweets"),
        Point("after", REQUEST, "/2/tweets"),
    ),
)
THREAD = Shape(
    "x",
    "thread",
    ("upload", "ready"),
    ("publish", "publish_2", "publish_3"),
    tuple(
        Point(when, REQUEST, "/2/tweets", nth=nth)
        for nth in (1, 2, 3)
        for when in ("sent", "answered", "after")
    ),
    parts=3,
)
SHAPES = (REEL, STORY, VIDEO, SHORT, TWEET, THREAD)


EVERY_POINT = [(shape, point) for shape in SHAPES for point in shape.points()]


@pytest.fixture(scope="module")
def old_house(sandbox_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(
        tmp_path_factory.mktemp("formats") / "house", sandbox_url, **SHORT_TIMES | PATIENT_LOOKS
    ) as built:
        yield built


@pytest.fixture(scope="module")
def old_store(old_house: House) -> Store:
    old_house.lives_on()
    return old_house.open()


@pytest.mark.parametrize(("shape", "point"), one_in(13, EVERY_POINT), ids=str)
def test_every_format_survives_a_kill_at(
    shape: Shape, point: Point, old_house: House, old_store: Store, clip: bytes
) -> None:
    account = new_story(old_house, old_store, shape)
    asked = written(account, shape, clip)
    assert_survives(account, old_store, point, asked)


LOST = [
    (shape, effect, point)
    for shape in SHAPES
    for effect in ("drop_after", "answer_after")
    for point in (
        Point("before", NOTE_FAILURE),
        Point("after", FAIL),
        Point("after", BEGIN_LOOK),
        Point("before", END_LOOK),
        Point("after", END_LOOK),
    )
]


@pytest.mark.parametrize(("shape", "effect", "point"), one_in(9, LOST), ids=str)
def test_a_lost_answer_of_every_platform_is_found_after_a_kill_at(
    shape: Shape, effect: str, point: Point, old_house: House, old_store: Store, small_clip: bytes
) -> None:
    account = new_story(old_house, old_store, shape)
    asked = written(account, shape, small_clip)
    lost = {"kind": effect, **({"status": 500} if effect == "answer_after" else {})}
    # All of a small video is in the one request that makes it a video.
    account.fault(
        lost, IRREVOCABLE[shape.platform] + "$", method="PUT" if shape.platform == "youtube" else "POST"
    )
    assert_survives(account, old_store, point, asked)


RENEWALS = [
    Point("before", BEGIN, "ready"),
    Point("sent", REQUEST, "/2/oauth2/token"),
    Point("before", RENEWED),
    Point("after", RENEWED),
]
"""Between the second and the third dies the only copy of a new refresh token: only a person can help then."""


@pytest.mark.parametrize("point", one_in(3, RENEWALS), ids=str)
def test_a_post_whose_token_is_renewed_is_there_at_most_once_after_a_kill_at(
    point: Point, old_house: House, old_store: Store, clip: bytes
) -> None:
    """X takes each refresh token once; where the answer died with the process, a person signs in (S2.7)."""
    account = new_story(old_house, old_store, THREAD)
    asked = written(account, THREAD, clip)
    account.state(token="expired")
    life = old_house.lives_on()
    old_house.doom(point, life)
    old_house.publish(asked)
    assert life.ends() == -signal.SIGKILL
    old_house.begin()

    ended = account.post().ends()
    if point in RENEWALS[1:3]:
        assert (ended["status"], ended["status_reason"]) == ("held", "needs_reauth"), ended
        assert account.published() == []
    else:
        assert_out_exactly_once(account, old_store)


def new_story(old_house: House, store: Store, shape: Shape) -> Account:
    old_house.lives_on()
    old_house.rests(store)
    return old_house.new_account(shape.platform)


def written(account: Account, shape: Shape, clip: bytes) -> dict[str, Any]:
    """A post of this shape with its files uploaded, and everything that may be added to it."""
    at = account.house
    if shape in (TWEET, STORY):
        return at.with_files(account, shape.format, [at.picture()])
    if shape is THREAD:
        return at.with_files(account, shape.format, [], parts=shape.parts)
    options: dict[str, Any] = {}
    if shape is SHORT:
        srt = "1\n00:00:00,000 --> 00:00:02,000\n안녕하세요\n"
        options = {
            "thumbnail_asset_id": at.picture(),
            "captions": [{"language": "ko", "name": "", "text": srt}],
            "playlist_id": account.new_playlist(),
        }
    return at.with_files(account, shape.format, [at.asset("clip.mp4", clip)], **options)


def assert_survives(account: Account, store: Store, point: Point, asked: dict[str, Any]) -> None:
    life = account.house.lives_on()
    account.house.doom(point, life)
    account.house.publish(asked)
    assert life.ends() == -signal.SIGKILL
    account.house.begin()
    assert_out_exactly_once(account, store)
