"""Signing in and out: throttled, and the same to anyone who guesses (API.md, "Login")."""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.actions.passwords import Passwords
from pressrun.actions.users import normal_email
from pressrun.domain.problems import Flaw, Problem
from pressrun.store import logins, sessions, users
from pressrun.store.database import Store
from pressrun.store.sessions import Session
from pressrun.store.users import User

TRIES = 10
WINDOW = timedelta(minutes=15)
IDLE = timedelta(hours=12)
"""How long a session lasts without use."""
LONGEST = timedelta(days=30)
"""How long any session lasts; with "stay signed in", used or not."""
_WORTH_WRITING = timedelta(minutes=10)


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: `token` is the cookie's value, known to nobody else."""

    token: str
    user: User
    expires_at: datetime


def sign_in(
    store: Store, passwords: Passwords, *, email: str, password: str, address: str, stay: bool = False
) -> SignedIn:
    """Signs a person in from a network address.

    Raises `Problem` (401) `bad_credentials`, or (429) `too_many_attempts` with `retry_after` in seconds.
    """
    email, address = _comparable(email), address[:64]
    user = _begin_try(store, email, address)
    if not passwords.fits(password, user.password_hash if user else None) or user is None:
        raise Problem(Flaw("bad_credentials"), status=401)
    token = secrets.token_urlsafe(32)
    fresh_hash = passwords.hash(password) if passwords.is_outdated(user.password_hash) else None
    with store.transaction() as tx:
        expires_at = tx.now + (LONGEST if stay else IDLE)
        sessions.prune(tx)
        logins.forget(tx, email, address)
        if fresh_hash:
            users.change(tx, user.id, password_hash=fresh_hash)
        sessions.add(tx, token, user_id=user.id, expires_at=expires_at)
    return SignedIn(token, user, expires_at)


def session_of(store: Store, token: str) -> Session | None:
    """The session of a cookie, kept alive by being used."""
    with store.read() as tx:
        session = sessions.find(tx, token)
        if session is None:
            return None
        wanted = min(tx.now + IDLE, session.created_at + LONGEST)
    if wanted - session.expires_at > _WORTH_WRITING:
        with store.transaction() as tx:
            sessions.extend(tx, session.token_hash, wanted)
    return session


def sign_out(store: Store, token: str) -> None:
    """Ends the session of a cookie."""
    with store.transaction() as tx:
        sessions.remove(tx, token)


def _begin_try(store: Store, email: str, address: str) -> User | None:
    """Counts the try as failed before it is checked: a thousand at once still count as a thousand."""
    with store.transaction() as tx:
        logins.lock(tx)
        since = tx.now - WINDOW
        logins.prune(tx, before=since)
        failed = logins.times(tx, email, address, since=since)
        if len(failed) < TRIES:
            logins.add(tx, email, address)
            return users.find_by_email(tx, email)
        wait = failed[-TRIES] + WINDOW - tx.now
    seconds = max(1, math.ceil(wait.total_seconds()))
    flaw = Flaw("too_many_attempts", None, {"minutes": math.ceil(seconds / 60)})
    raise Problem(flaw, status=429, extra={"retry_after": seconds})


def _comparable(email: str) -> str:
    """The normal e-mail; one that is none is compared as it is and fits nobody."""
    try:
        return normal_email(email)
    except Problem:
        return email.replace("\0", "").strip().lower()[:254]
