"""A publish call that takes effect late is waited for: sent again, it would be there twice (DESIGN.md 5)."""

import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crash.house import Account, House, Point, assert_out_exactly_once, wait_until
from crash.test_kill_9 import END_LOOK

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("new_house", [{"settle_seconds": 16, "http_timeout_seconds": 4}], indirect=True)
def test_a_call_still_on_its_way_when_the_worker_dies_is_waited_for(new_house: House) -> None:
    """It takes effect after the restarted worker has looked, and before its settle time is over."""
    first = new_house.begin()
    store = new_house.open()
    accounts = {format: new_house.new_account() for format in ("feed", "carousel")}
    for format, account in accounts.items():
        account.fault({"kind": "delay", "ms": 12_000}, "/media_publish$")
        new_house.publish(new_house.written(account, format))
    for account in accounts.values():
        wait_until(lambda account=account: account.requests("/media_publish"), "the call is on its way")

    first.process.kill()
    assert first.ends() == -signal.SIGKILL
    assert not any(account.published() for account in accounts.values())
    new_house.begin()

    for account in accounts.values():
        assert_out_exactly_once(account, store)
        (call,) = account.requests("/media_publish")
        assert looks_after(account, call)[0]["ended_at"] < call["ended_at"], "nobody looked too early"


@pytest.mark.parametrize("new_house", [{"settle_seconds": 6, "http_timeout_seconds": 2}], indirect=True)
def test_a_look_says_nothing_about_what_happens_after_it(new_house: House) -> None:
    """The process sleeps between a look and what follows from it, and meanwhile the call arrives."""
    life = new_house.begin()
    store = new_house.open()
    account = new_house.new_account()
    account.fault({"kind": "delay", "ms": 5000}, "/media_publish$")
    asked = new_house.written(account, "feed")
    new_house.doom(Point("before", END_LOOK, signal="SIGSTOP"), life)
    new_house.publish(asked)

    wait_until(lambda: life.is_frozen, "it sleeps")
    (call,) = account.requests("/media_publish")
    wait_until(account.published, "the call arrives")
    settled = datetime.fromisoformat(call["started_at"]) + timedelta(seconds=6)
    wait_until(lambda: datetime.now(UTC) > settled, "nothing can be on its way any more")
    life.process.send_signal(signal.SIGCONT)

    assert_out_exactly_once(account, store)


@pytest.mark.parametrize("new_house", [{"settle_seconds": 6}], indirect=True)
def test_a_gateway_that_gave_up_says_nothing_about_the_platform_behind_it(new_house: House) -> None:
    """504 is no answer of the platform: the call may take effect after it, and after the first look."""
    new_house.begin()
    new_house.open()
    account = new_house.new_account()
    gave_up = {"kind": "answer", "status": 504, "body": "<html>Gateway Timeout</html>"}
    account.fault(gave_up, "/media_publish$")
    new_house.publish(new_house.written(account, "feed"))

    (call,) = wait_until(lambda: account.requests("/media_publish"), "the gateway gives up")
    look = wait_until(lambda: looks_after(account, call), "it is looked for")[0]
    account.take_effect(look["path"].rpartition("/")[2])

    ended = account.post().ends()
    assert ended["status"] == "published", ended
    assert [item["id"] for item in account.published()] == [ended["external_id"]]


def looks_after(account: Account, call: dict[str, Any]) -> list[dict[str, Any]]:
    return [look for look in account.requests("", "GET") if look["started_at"] > call["started_at"]]
