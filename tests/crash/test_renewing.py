"""A renewal that dies between the platform's answer and our disk is never silent (S2.7, item 4).

X takes a refresh token once. Where the process dies before the fresh one is kept, the grant is lost, and
nobody can help it: the account waits for a person and says so.
"""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from crash.house import House, Point, wait_until
from pressrun.store import accounts, schema
from pressrun.store.database import Store

pytestmark = pytest.mark.crash

RENEW = "pressrun.connectors.publishers.x.sign_in:XSignIn.renew"
KEEP = "pressrun.store.accounts:set_login"


def new_account(house: House) -> str:
    """An account at X; answers our id of it."""
    asked = {"platform": "x", "handle": f"haru{uuid.uuid4().hex[:8]}"}
    there = house.sandbox.post("/_sandbox/accounts", json=asked).json()
    persona = house.get("/api/personas")["items"][0]["id"]
    wanted: dict[str, Any] = {
        "persona_id": persona,
        "platform": "x",
        "credentials": there["credentials"],
    }
    return house.made("/api/accounts", wanted)["id"]


def is_due(store: Store, account_id: str) -> None:
    with store.transaction() as tx:
        accounts.plan_renewal(tx, accounts.get(tx, account_id), tx.now)
        # A commit elsewhere wakes nobody here; the dispatcher looks by itself every second.


def tokens(store: Store, account_id: str) -> str:
    with store.read() as tx:
        return str(accounts.credentials(tx, account_id)["refresh_token"])


def told_about(store: Store, account_id: str) -> list[str]:
    notice = schema.notification.c
    with store.read() as tx:
        rows = tx.rows(sa.select(notice.code).where(notice.account_id == account_id))
    return [row["code"] for row in rows]


@pytest.mark.parametrize("point", [Point("after", RENEW), Point("before", KEEP)], ids=str)
def test_a_fresh_token_that_died_with_its_process_leaves_an_account_that_says_so(
    point: Point, old_house: House, old_store: Store
) -> None:
    life = old_house.lives_on()
    account_id = new_account(old_house)
    old_house.rests(old_store)
    old_house.doom(point, life)
    is_due(old_store, account_id)
    assert life.ends() < 0

    old_house.begin()

    def waits_for_a_person() -> bool:
        return old_house.get(f"/api/accounts/{account_id}")["status"] == "needs_reauth"

    wait_until(waits_for_a_person, "the account waits for a person")
    assert told_about(old_store, account_id) == ["login_expired"]


def test_a_renewal_that_died_before_it_was_sent_is_made_by_the_next_process(
    old_house: House, old_store: Store
) -> None:
    life = old_house.lives_on()
    account_id = new_account(old_house)
    before = tokens(old_store, account_id)
    old_house.rests(old_store)
    old_house.doom(Point("before", RENEW), life)
    is_due(old_store, account_id)
    assert life.ends() < 0

    old_house.begin()

    wait_until(lambda: tokens(old_store, account_id) != before, "the login is renewed")
    assert old_house.get(f"/api/accounts/{account_id}")["status"] == "active"
    assert told_about(old_store, account_id) == []
