"""Signing in: throttled whatever races or restarts, as slow for strangers as for people (API.md)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

import makers
from pressrun.actions import sessions
from pressrun.actions.passwords import Passwords
from pressrun.actions.sessions import SignedIn
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock
from pressrun.store import schema, users
from pressrun.store.database import Store

ADDRESS = "192.0.2.1"


def sign_in(store: Store, password: str = makers.PASSWORD, **choices: object) -> SignedIn:
    wanted = {"email": "alice@example.com", "address": ADDRESS, **choices}
    return sessions.sign_in(store, makers.CHEAP, password=password, **wanted)  # type: ignore[arg-type]


def code_of(store: Store, password: str = "wrong password", **choices: object) -> str:
    try:
        sign_in(store, password, **choices)
    except Problem as problem:
        return problem.code
    return "signed_in"


def count(store: Store, table: sa.Table) -> int:
    with store.read() as tx:
        return tx.value(sa.select(sa.func.count()).select_from(table))


def test_a_session_is_kept_as_a_hash(store: Store) -> None:
    user = makers.make_user(store)
    signed_in = sign_in(store)
    session = sessions.session_of(store, signed_in.token)
    assert session is not None
    assert session.user == user
    with store.read() as tx:
        assert signed_in.token not in str(tx.rows(sa.select(schema.session)))


def test_the_eleventh_try_is_refused_even_when_it_is_right(store: Store) -> None:
    makers.make_user(store)
    assert [code_of(store) for _ in range(11)] == ["bad_credentials"] * 10 + ["too_many_attempts"]
    assert code_of(store, makers.PASSWORD) == "too_many_attempts"


def test_the_throttle_is_for_one_email_from_one_address(store: Store) -> None:
    makers.make_user(store)
    for _ in range(10):
        code_of(store)
    assert code_of(store, makers.PASSWORD, address="192.0.2.2") == "signed_in"
    assert code_of(store, email="bob@example.com") == "bad_credentials"


def test_an_email_written_otherwise_does_not_pass_the_throttle(store: Store) -> None:
    makers.make_user(store)
    for number in range(10):
        code_of(store, email=" Alice@EXAMPLE.com" if number % 2 else "alice@example.com")
    assert code_of(store) == "too_many_attempts"


def test_the_wait_shortens_with_time_and_ends(store: Store, clock: MovableClock) -> None:
    makers.make_user(store)
    for _ in range(10):
        code_of(store)
    clock.advance(timedelta(minutes=14, seconds=30))
    with pytest.raises(Problem) as refused:
        sign_in(store)
    assert refused.value.status == 429
    assert refused.value.extra == {"retry_after": 30}
    clock.advance(timedelta(seconds=30))
    assert code_of(store, makers.PASSWORD) == "signed_in"


def test_the_throttle_survives_a_restart(store: Store, clock: MovableClock) -> None:
    makers.make_user(store)
    for _ in range(10):
        code_of(store)
    assert code_of(Store(store.engine, clock=clock, vault=store.vault)) == "too_many_attempts"


def test_tries_at_once_do_not_slip_through(store: Store) -> None:
    makers.make_user(store)
    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(lambda _: code_of(store), range(24)))
    assert codes.count("bad_credentials") == 10
    assert codes.count("too_many_attempts") == 14


def test_success_forgets_the_failures(store: Store) -> None:
    makers.make_user(store)
    for _ in range(9):
        code_of(store)
    sign_in(store)
    assert count(store, schema.failed_login) == 0


def test_old_tries_and_old_sessions_are_cleared_away(store: Store, clock: MovableClock) -> None:
    makers.make_user(store)
    sign_in(store)
    code_of(store, email="nobody@example.com")
    clock.advance(timedelta(hours=13))
    sign_in(store)
    assert count(store, schema.failed_login) == 0
    assert count(store, schema.session) == 1


def test_a_stranger_costs_as_much_work_as_a_person(store: Store) -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, *given: object) -> bool:  # type: ignore[override]
            Counting.verified += 1
            return super().verify(*given)  # type: ignore[arg-type]

    makers.make_user(store)
    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    for email in ("alice@example.com", "nobody@example.com", "no address at all"):
        before = Counting.verified
        with pytest.raises(Problem):
            sessions.sign_in(store, passwords, email=email, password="wrong", address=ADDRESS)
        assert Counting.verified == before + 1


def test_a_hash_of_another_cost_is_renewed_at_the_next_login(store: Store) -> None:
    user = makers.make_user(store)
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sessions.sign_in(store, dearer, email=user.email, password=makers.PASSWORD, address=ADDRESS)
    with store.read() as tx:
        renewed = users.get(tx, user.id).password_hash
    assert renewed != user.password_hash
    assert dearer.fits(makers.PASSWORD, renewed)


def test_a_session_in_use_lasts_thirty_days_at_most(store: Store, clock: MovableClock) -> None:
    makers.make_user(store)
    token = sign_in(store).token
    for _ in range(71):
        clock.advance(timedelta(hours=10))
        assert sessions.session_of(store, token) is not None
    clock.advance(timedelta(hours=10))
    assert sessions.session_of(store, token) is None


def test_a_session_that_stays_need_not_be_used(store: Store, clock: MovableClock) -> None:
    makers.make_user(store)
    token = sign_in(store, stay=True).token
    clock.advance(timedelta(days=29, hours=23))
    assert sessions.session_of(store, token) is not None
    clock.advance(timedelta(hours=1))
    assert sessions.session_of(store, token) is None


def test_signing_out_ends_the_session_at_once(store: Store) -> None:
    makers.make_user(store)
    token, other = sign_in(store).token, sign_in(store).token
    sessions.sign_out(store, token)
    assert sessions.session_of(store, token) is None
    assert sessions.session_of(store, other) is not None
