"""kill -9 at any line: no post is lost, none is published twice (promise 1, S2.10, DESIGN.md 5).

Each row of POINTS is a place in the program; a real `pressrun up` dies exactly there, another one is started
on the same data, and then the sandbox is asked what exists. The sandbox's worst case holds: a second
`media_publish` of one container makes a second post.

Each second or third point is tried, with a single image or with a carousel in turn; PRESSRUN_CRASH=full tries
every one with both.
"""

import signal
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from crash.house import (
    House,
    Kept,
    Point,
    assert_hour_not_overspent,
    assert_out_exactly_once,
    wait_until,
)
from crash.selection import in_turn, one_in
from pressrun.store.database import Store

pytestmark = pytest.mark.crash


ENQUEUE = "dbos:DBOSClient.enqueue_in_transaction"
CLAIM = "pressrun.actions.dispatching:claim_due"
TAKE_UP = "pressrun.actions.publishing:take_up"
START = "pressrun.actions.publishing:start"
SUCCEED = "pressrun.actions.publishing:succeed"
FAIL = "pressrun.actions.publishing:fail"
BEGIN = "pressrun.actions.journal:AttemptJournal.begin"
KEEP = "pressrun.actions.journal:AttemptJournal.keep"
WRITE_INTENT = "pressrun.actions.journal:AttemptJournal.write_intent"
NOTE_FAILURE = "pressrun.actions.journal:AttemptJournal.note_failure"
FULFIL = "pressrun.actions.journal:AttemptJournal.fulfil_intent"
STEP = "dbos._sys_db:SystemDatabase.record_operation_result"
DONE = "dbos._sys_db:SystemDatabase.update_workflow_outcome"
PUBLISHED = "pressrun.actions.outcomes:published"
REQUEST = "pressrun.connectors.http:Http.request"
BEGIN_LOOK = "pressrun.actions.confirming:begin_look"
END_LOOK = "pressrun.actions.confirming:end_look"
NOT_THERE = "pressrun.actions.outcomes:surely_not_there"
CONTAINER_STATE = "pressrun.connectors.publishers.instagram:Instagram._container_state"

POINTS = [
    # The dispatcher takes the post and makes work of it, in one transaction.
    Point("before", ENQUEUE, "publish_post"),
    Point("after", ENQUEUE, "publish_post"),
    Point("after", CLAIM),
    # The instant has come.
    Point("before", TAKE_UP),
    Point("after", TAKE_UP),
    Point("before", START),
    Point("after", START),
    # Before and after every stage: begun, made and not kept, kept and not recorded, recorded.
    Point("before", BEGIN, "upload"),
    Point("before", KEEP, "upload"),
    Point("after", STEP, "upload"),
    Point("before", BEGIN, "container"),
    Point("sent", REQUEST, "/media"),
    Point("before", KEEP, "container"),
    Point("after", KEEP, "container"),
    Point("after", STEP, "container"),
    Point("before", BEGIN, "polling"),
    Point("before", KEEP, "polling"),
    Point("after", STEP, "polling"),
    # The call that can't be undone.
    Point("before", BEGIN, "publish"),
    Point("before", WRITE_INTENT),
    Point("after", WRITE_INTENT),
    Point("sent", REQUEST, "/media_publish"),
    Point("answered", REQUEST, "/media_publish"),
    Point("after", REQUEST, "/media_publish"),
    Point("after", FULFIL),
    Point("before", STEP, "publish"),
    Point("after", STEP, "publish"),
    # It is out; this is written down.
    Point("before", BEGIN, "link"),
    Point("before", KEEP, "link"),
    Point("after", STEP, "link"),
    Point("before", SUCCEED),
    Point("after", PUBLISHED),
    Point("after", SUCCEED),
    Point("before", DONE, "SUCCESS"),
    Point("after", DONE, "SUCCESS"),
]

ONLY_OF_A_CAROUSEL = [
    # The second of three pictures was taken in, and nothing of it is known here.
    Point("sent", REQUEST, "/media", nth=2),
    Point("before", BEGIN, "carousel"),
    Point("sent", REQUEST, "/media", nth=4),
    Point("before", KEEP, "carousel"),
    Point("after", STEP, "carousel"),
]


CASES = [*in_turn(one_in(2, POINTS)), *[("carousel", point) for point in one_in(2, ONLY_OF_A_CAROUSEL)]]


@pytest.mark.parametrize(("format", "point"), CASES, ids=str)
def test_a_post_survives_a_kill_at(format: str, point: Point, old_house: House, old_store: Store) -> None:
    life = old_house.lives_on()
    old_house.rests(old_store)
    account = old_house.new_account()
    asked = old_house.written(account, format)
    old_house.doom(point, life)
    old_house.publish(asked)

    assert life.ends() == -signal.SIGKILL
    old_house.begin()
    assert_out_exactly_once(account, old_store)


DROPPED = {"kind": "drop_after"}
NEVER_DONE = {"kind": "drop_before"}
BROKEN_ANSWER = {"kind": "answer_after", "status": 500}
REFUSED = {"kind": "answer", "status": 500}
GATEWAY = {"kind": "answer_after", "status": 504, "body": "<html>Gateway Timeout</html>"}


@dataclass(frozen=True)
class LostAnswer:
    """What becomes of the answer of the publish call, and where the worker dies after it."""

    effect: Mapping[str, object]
    point: Point

    def __str__(self) -> str:
        return f"{self.effect['kind']}-{self.point}"


LOST_ANSWERS = [
    # The publish call had its effect, its answer was dropped, and then the worker dies.
    LostAnswer(DROPPED, Point("before", NOTE_FAILURE)),
    LostAnswer(DROPPED, Point("after", STEP, "publish")),
    LostAnswer(DROPPED, Point("after", NOTE_FAILURE)),
    LostAnswer(DROPPED, Point("before", FAIL)),
    LostAnswer(DROPPED, Point("after", FAIL)),
    # While it is being looked for.
    LostAnswer(DROPPED, Point("before", ENQUEUE, "confirm_post")),
    LostAnswer(DROPPED, Point("after", BEGIN_LOOK)),
    LostAnswer(DROPPED, Point("before", BEGIN_LOOK)),
    LostAnswer(DROPPED, Point("before", END_LOOK)),
    LostAnswer(DROPPED, Point("after", CONTAINER_STATE)),
    LostAnswer(DROPPED, Point("after", PUBLISHED)),
    LostAnswer(DROPPED, Point("after", END_LOOK)),
    # It had its effect, and the platform or a gateway says that it failed.
    LostAnswer(BROKEN_ANSWER, Point("before", NOTE_FAILURE)),
    LostAnswer(BROKEN_ANSWER, Point("after", FAIL)),
    LostAnswer(GATEWAY, Point("after", NOTE_FAILURE)),
    # It had none, which a look must find out before it is sent again.
    LostAnswer(NEVER_DONE, Point("before", END_LOOK)),
    LostAnswer(NEVER_DONE, Point("after", NOT_THERE)),
    LostAnswer(NEVER_DONE, Point("after", NOTE_FAILURE)),
    LostAnswer(REFUSED, Point("after", FAIL)),
    LostAnswer(REFUSED, Point("after", END_LOOK)),
]


@pytest.mark.parametrize(("format", "case"), in_turn(one_in(3, LOST_ANSWERS)), ids=str)
def test_a_lost_answer_is_found_after_a_kill_at(
    format: str, case: LostAnswer, old_house: House, old_store: Store
) -> None:
    life = old_house.lives_on()
    old_house.rests(old_store)
    account = old_house.new_account()
    account.fault(case.effect, "/media_publish$")
    asked = old_house.written(account, format)
    old_house.doom(case.point, life)
    old_house.publish(asked)

    assert life.ends() == -signal.SIGKILL
    old_house.begin()
    assert_out_exactly_once(account, old_store)


NOBODY_CAN_TELL = [
    ("feed", Point("answered", REQUEST, "/media_publish"), 1),
    ("carousel", Point("answered", REQUEST, "/media_publish"), 1),
    ("feed", Point("after", WRITE_INTENT), 0),
    ("carousel", Point("after", WRITE_INTENT), 0),
]


@pytest.mark.parametrize(("format", "point", "posts"), NOBODY_CAN_TELL, ids=str)
def test_where_nobody_can_tell_a_person_is_asked(
    format: str, point: Point, posts: int, old_house: House, old_store: Store
) -> None:
    life = old_house.lives_on()
    old_house.rests(old_store)
    account = old_house.new_account()
    asked = old_house.written(account, format)
    old_house.doom(point, life)
    old_house.publish(asked)
    assert life.ends() == -signal.SIGKILL

    account.hide()
    account.fault({"kind": "answer", "status": 500}, "/[0-9]+$", method="GET", times=None)
    old_house.begin()

    post = account.post()
    assert post.ends()["status"] == "unconfirmed"
    assert old_house.api.post(f"/api/posts/{post.id}/retry", json={"at": "now"}).status_code == 409
    assert len(account.published()) == posts
    assert_hour_not_overspent(post, Kept.of(post, old_store))


RUN_POINTS = [
    Point("before", "pressrun.actions.producing:begin", nth=1),
    Point("before", "pressrun.actions.producing:end", nth=1),
    Point("after", "pressrun.actions.producing:begin", nth=2),
    Point("before", "pressrun.actions.producing:end", nth=2),
    Point("after", "pressrun.actions.producing:end", nth=2),
    # Two of five pictures are drawn.
    Point("after", "pressrun.actions.producing:note", "image.drawn", nth=2),
    Point("before", "pressrun.actions.producing:end", nth=3),
    Point("after", STEP, "image"),
    Point("before", "pressrun.actions.producing:finish"),
    Point("after", "pressrun.actions.producing:finish"),
    Point("after", STEP, "publish"),
]


@pytest.mark.parametrize("point", one_in(3, RUN_POINTS), ids=lambda point: f"{point}-{point.nth}")
def test_a_run_goes_on_where_it_was_killed(point: Point, old_house: House, old_store: Store) -> None:
    """One content, one post, each picture once (S1.2, S4.4)."""
    life = old_house.lives_on()
    old_house.rests(old_store)
    account = old_house.new_account()
    old_house.doom(point, life)

    run_id = old_house.produce(account, "carousel")

    assert life.ends() == -signal.SIGKILL
    old_house.begin()
    ended = wait_until(lambda: run_that_is_over(old_house, run_id), "the run ends")
    assert ended["status"] == "completed", ended
    assert_out_exactly_once(account, old_store)
    assert [stage["status"] for stage in ended["stages"]] == ["done"] * 4


def run_that_is_over(house: House, run_id: str) -> dict[str, object] | None:
    run = house.get(f"/api/runs/{run_id}")
    return run if run["status"] in ("completed", "failed") else None
