"""Names for rows: sortable by time, opaque to callers."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A fresh id of 20 characters: 9 of time in milliseconds, 11 of chance; later ids sort later."""
    value = (time.time_ns() // 1_000_000) << 55 | secrets.randbits(55)
    letters = []
    for _ in range(20):
        letters.append(_ALPHABET[value & 31])
        value >>= 5
    return "".join(reversed(letters))
