"""Encrypted columns: what must never be readable in the database file or a backup of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet


class Vault:
    """Encrypts with the first key and reads with any, so that a key can be changed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    @staticmethod
    def new_key() -> bytes:
        """A fresh key."""
        return Fernet.generate_key()

    def seal(self, secret: Mapping[str, Any]) -> bytes:
        """The secret, unreadable without the key."""
        return self._fernet.encrypt(json.dumps(secret).encode())

    def open(self, sealed: bytes) -> dict[str, Any]:
        """What was sealed. Raises `InvalidToken` when no key fits."""
        return json.loads(self._fernet.decrypt(sealed))
