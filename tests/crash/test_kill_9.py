"""kill -9 at any line: no post is lost, none is published twice (promise 1, S2.10, DESIGN.md 5).

Each row of POINTS is a place in the program; a real `pressrun up` dies exactly there, another one is started on
the same data, and then the sandbox is asked what exists. By default the sandbox's worst case holds: a second
`media_publish` of one container makes a second post.
"""

import signal

import pytest

from crash.house import House, Kept, Point, PostOf, assert_out_exactly_once, wait_until
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

CASES = [
    *[("feed", point) for point in POINTS],
    *[("carousel", point) for point in [*ONLY_OF_A_CAROUSEL, *POINTS]],
]


def named(cases: list[tuple[str, Point]]) -> list[str]:
    return [f"{format}-{point}-{point.nth}" for format, point in cases]


@pytest.mark.parametrize(("format", "point"), CASES, ids=named(CASES))
def test_a_post_survives_a_kill_at(format: str, point: Point, old_house: House, old_store: Store) -> None:
    life = old_house.lives_on()
    account = old_house.new_account()
    old_house.doom(point, life)

    post = old_house.publish(format, account)

    assert life.ends() == -signal.SIGKILL
    old_house.begin()
    assert_out_exactly_once(post, old_store)
