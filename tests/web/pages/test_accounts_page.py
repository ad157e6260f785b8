"""The accounts page: how each account stands, how long its sign-in lasts, what can be done (S2.7, S2.8)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

import makers
from fakes import FakePublisher, FakeSignIn
from pressrun.actions import apps, holding
from pressrun.actions.base import Workspace
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, ledger
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.users import User
from web.pages.reading import HTML, submit

ENGLISH = {**HTML, "Accept-Language": "en"}


def row(browser: TestClient, account: Account, path: str = "/accounts") -> str:
    """One account's row as a person reads it."""
    page = browser.get(path, headers=ENGLISH).text
    found = re.search(rf'<li class="row wrap" id="account-{account.id}">.*?</li>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def hold(store: Store, account: Account, reason: HeldReason) -> None:
    with store.transaction() as tx:
        holding.hold_account(tx, account, reason)


@pytest.fixture
def now(store: Store) -> datetime:
    return store.clock.now()


@pytest.mark.parametrize(
    ("lasts", "renewed_after", "failed", "told", "is_amber"),
    [
        (None, None, 0, "No expiry", False),
        (timedelta(hours=2), timedelta(minutes=80), 0, "Renewed by itself", False),
        (timedelta(days=48, hours=1), timedelta(days=28), 0, "48 days left", False),
        (timedelta(days=7, hours=1), None, 0, "7 days left", False),
        (timedelta(days=6, hours=23), None, 0, "6 days left", True),
        (timedelta(days=6, hours=23), timedelta(days=4), 0, "6 days left", True),
        (timedelta(days=1, hours=1), None, 0, "1 day left", True),
        (timedelta(hours=5), None, 0, "in 5 h", True),
        (-timedelta(hours=1), None, 0, "Sign-in expired", True),
        (timedelta(days=20), timedelta(hours=2), 3, "Not renewed, tried again at", True),
    ],
)
def test_the_end_of_a_sign_in_is_told_and_amber_in_its_last_week(
    alice: TestClient,
    store: Store,
    now: datetime,
    lasts: timedelta | None,
    renewed_after: timedelta | None,
    failed: int,
    told: str,
    is_amber: bool,
) -> None:
    account = makers.make_account(
        store,
        token_expires_at=now + lasts if lasts is not None else None,
        renew_at=now + renewed_after if renewed_after else None,
    )
    for _ in range(failed):
        with store.transaction() as tx:
            accounts.note_failed_renewal(tx, accounts.get(tx, account.id), code="transient")
    assert told in row(alice, account)
    page = alice.get("/accounts", headers=ENGLISH).text
    assert ('class="status plain" data-s="attention"' in page) == is_amber
    assert (row(alice, account, "/accounts?status=expiring") != "") == is_amber
    assert ("Renew " in row(alice, account)) == is_amber or "Renew now" in row(alice, account)


@pytest.mark.parametrize(
    ("reason", "word", "offered", "status"),
    [
        (HeldReason.NEEDS_REAUTH, "Reconnect needed", "Reconnect, and 2 held posts go out.", "needs_reauth"),
        (HeldReason.PERSONA_PAUSED, "Paused", "Resume", "paused"),
        (HeldReason.ACCOUNT_SUSPENDED, "Suspended", "Resume", "suspended"),
    ],
)
def test_an_account_that_stands_still_says_why_and_what_helps(
    alice: TestClient,
    store: Store,
    workspace: Workspace,
    reason: HeldReason,
    word: str,
    offered: str,
    status: str,
) -> None:
    apps.save(workspace, "instagram", "facebook", client_id="1", client_secret="s")
    account = makers.make_account(store)
    for _ in range(2):
        makers.make_post(store, account)
    hold(store, account, reason)
    shown = row(alice, account)
    assert word in shown
    assert offered in shown
    assert row(alice, account, f"/accounts?status={status}")
    assert not row(alice, account, "/accounts?status=active")


def test_a_suspension_is_told_with_its_persona_and_how_many_posts_it_stopped(
    alice: TestClient, store: Store
) -> None:
    account = makers.make_account(store, makers.make_persona(store, "하루"))
    for _ in range(6):
        makers.make_post(store, account)
    with store.transaction() as tx:
        holding.suspend_account(tx, account)
    page = alice.get("/accounts", headers=HTML).text
    assert "페르소나 ‘하루’ 계정 정지됨" in page
    assert "예약 6건을 모두 멈췄어요." in page


def test_what_an_account_published_stands_beside_what_it_may(
    store: Store, publisher: FakePublisher, clock: MovableClock, sign_in: Callable[[User], TestClient]
) -> None:
    publisher.limits = replace(publisher.limits, posts_per_day=50)
    account = makers.make_account(store)
    for wait in (timedelta(hours=23), timedelta(minutes=40), timedelta(minutes=40)):
        post = makers.make_post(store, account)
        with store.transaction() as tx:
            ledger.spend(tx, account.id, post.id)
        clock.advance(wait)
    browser = sign_in(makers.make_user(store))
    assert "Last hour 1 of 10" in row(browser, account)
    assert "24 hours 2 of 50" in row(browser, account)


def test_an_account_is_connected_again_the_way_it_was_connected(
    alice: TestClient, store: Store, workspace: Workspace, publisher: FakePublisher
) -> None:
    publisher.sign_ins = (publisher.sign_in, FakeSignIn("instagram"))
    for way in ("facebook", "instagram"):
        apps.save(workspace, "instagram", way, client_id="1", client_secret="s")
    known = makers.make_account(store, sign_in="instagram")
    by_api = makers.make_account(store)
    page = alice.get("/accounts", headers=HTML).text

    def ways(account: Account) -> set[str]:
        forms = re.findall(r'action="(/accounts/connect/[^"]+)">.*?</form>', page, re.DOTALL)
        whole = re.findall(
            r'<form method="post" action="/accounts/connect/\w+/(\w+)">(.*?)</form>', page, re.DOTALL
        )
        assert forms
        return {way for way, form in whole if f'value="{account.id}"' in form}

    assert ways(known) == {"instagram"}
    assert ways(by_api) == {"facebook", "instagram"}


def test_a_platform_without_keys_says_who_must_enter_them(
    alice: TestClient, bob: TestClient, store: Store
) -> None:
    makers.make_persona(store)
    assert 'href="/settings/apps#instagram-facebook"' in alice.get("/accounts", headers=HTML).text
    page = bob.get("/accounts", headers=ENGLISH).text
    assert "the owner must enter app keys first" in page
    assert "/settings/apps" not in page


def test_a_person_renews_pauses_resumes_and_disconnects(
    bob: TestClient, store: Store, publisher: FakePublisher, now: datetime
) -> None:
    account = makers.make_account(store, token_expires_at=now + timedelta(days=2))
    where = f"/accounts/{account.id}"
    publisher.renewal = now + timedelta(days=60)

    def stands() -> Account:
        with store.read() as tx:
            return accounts.get(tx, account.id)

    assert submit(bob, f"{where}/renew").headers["location"] == f"/accounts#account-{account.id}"
    assert stands().token_expires_at == publisher.renewal
    submit(bob, f"{where}/pause")
    assert stands().status is AccountStatus.PAUSED
    submit(bob, f"{where}/resume")
    assert stands().status is AccountStatus.ACTIVE
    submit(bob, f"{where}/remove")
    with store.read() as tx:
        assert accounts.find(tx, account.id) is None


def test_why_a_sign_in_could_not_be_renewed_is_told(
    bob: TestClient, store: Store, publisher: FakePublisher, now: datetime
) -> None:
    account = makers.make_account(store, token_expires_at=now + timedelta(days=2))
    publisher.renewal = failures.Refused(answer=failures.Answer(message="24 hours"))
    answer = submit(bob, f"/accounts/{account.id}/renew")
    assert answer.status_code == 409
    assert "플랫폼이 아직 이 로그인을 연장해 주지 않아요. (24 hours)" in answer.text


def test_an_account_with_a_history_is_not_disconnected(bob: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    makers.make_post(store, account, status=PostStatus.CANCELLED)
    answer = submit(bob, f"/accounts/{account.id}/remove")
    assert (answer.status_code, "기록이 있어 지울 수 없어요" in answer.text) == (409, True)


def test_the_card_that_is_pushed_is_the_card_of_the_page(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    card = alice.get(f"/accounts/personas/{account.persona_id}/card", headers={"HX-Request": "true"}).text
    page = alice.get("/accounts", headers=HTML).text
    assert f'data-live="persona:{account.persona_id} account:{account.id}"' in card
    assert "".join(card.split()) in "".join(page.split())


def test_what_a_notification_leads_to_is_the_account(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    answer = alice.get(f"/accounts/{account.id}", headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == f"/accounts#account-{account.id}"
    assert f'id="account-{account.id}"' in alice.get("/accounts", headers=HTML).text


def test_who_only_views_is_offered_no_act(vera: TestClient, store: Store, workspace: Workspace) -> None:
    apps.save(workspace, "instagram", "facebook", client_id="1", client_secret="s")
    account = makers.make_account(store)
    hold(store, account, HeldReason.NEEDS_REAUTH)
    page = vera.get("/accounts", headers=HTML).text
    assert "/accounts/connect/" not in page
    assert "/accounts/personas/new" not in page
    assert 'method="post" action="/accounts' not in page
