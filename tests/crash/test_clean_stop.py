"""SIGTERM cuts nothing in half: the stage in flight ends and is kept, the next process goes on (S1.6)."""

import signal

import pytest

from crash.house import House, Kept, assert_out_exactly_once, wait_until
from pressrun.store.database import Store

pytestmark = pytest.mark.crash

STAGES = [("feed", "/media", 1), ("carousel", "/media", 4), ("feed", "/media_publish", 1)]


@pytest.mark.parametrize(("format", "path", "calls"), STAGES, ids=str)
def test_a_stage_in_flight_is_finished_and_kept(
    format: str, path: str, calls: int, old_house: House, old_store: Store
) -> None:
    life = old_house.lives_on()
    account = old_house.new_account()
    account.fault({"kind": "delay", "ms": 1000}, f"{path}$", times=calls)
    old_house.publish(old_house.written(account, format))
    wait_until(lambda: len(account.requests(path)) == calls, "the call is under way")

    life.process.send_signal(signal.SIGTERM)

    assert life.ends() == 0
    assert [call["status"] for call in account.requests(path)] == [200] * calls
    old_house.begin()
    assert_out_exactly_once(account, old_store)
    assert len(account.requests(path)) == calls
    assert "post.outcome_lost" not in Kept.of(account.post(), old_store).events


def test_an_idle_house_stops_and_starts_without_a_word(old_house: House, old_store: Store) -> None:
    life = old_house.lives_on()
    life.process.send_signal(signal.SIGTERM)
    assert life.ends() == 0
    assert [line for line in life.words if '"level": "info"' not in line] == []


@pytest.mark.usefixtures("old_store")
def test_two_processes_never_share_a_data_folder_and_a_kill_frees_it(old_house: House) -> None:
    life = old_house.lives_on()
    second = old_house.begin("up", wait=False)
    assert second.ends() == 1

    life.process.kill()
    life.process.wait()
    old_house.begin()
