"""Passwords: Argon2id hashes, never more than a few being computed at once."""

import secrets
from functools import cached_property
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from pressrun.domain.problems import Problem

MIN_LENGTH = 10
MAX_LENGTH = 1000
"""Far beyond any real password; hashing more would only serve an attacker."""


class Passwords:
    """Hashes and checks passwords; `hasher` sets the cost."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        # Each computation takes 64 MiB; a burst of logins must not take the machine's memory.
        self._turn = BoundedSemaphore(at_once)

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The hash to keep. Raises `Problem` `password_too_short`."""
        if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
            raise Problem.invalid("password_too_short", field="password")
        with self._turn:
            return self._hasher.hash(password)

    def fits(self, password: str, password_hash: str | None) -> bool:
        """Whether `password` is the one that was hashed; without a hash, no, after the same time."""
        with self._turn:
            # Asked for in either case: the first login may be slower, but not because nobody is known by it.
            decoy = self._decoy
            try:
                self._hasher.verify(password_hash or decoy, password[:MAX_LENGTH])
            except (VerifyMismatchError, InvalidHashError):
                return False
        return password_hash is not None and len(password) <= MAX_LENGTH

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return self._hasher.check_needs_rehash(password_hash)
