"""The beginning of every upload: what is announced is checked before any byte is taken."""

import secrets
from typing import Any

from pressrun.sandbox.youtube.call import ApiCall
from pressrun.sandbox.youtube.errors import bad_request, too_large
from pressrun.sandbox.youtube.sessions import Session
from pressrun.sandbox.youtube.targets import Target


def open_session(
    call: ApiCall, target: Target, sent: dict[str, Any], *, mime: str, total: int | None
) -> Session:
    """A session whose announcement was checked; raises ApiError."""
    plain = mime.split(";")[0].strip().lower()
    if plain and not _accepted(plain, target):
        raise bad_request(f"Media type '{mime}' is not supported. Valid media types: {list(target.mimes)}")
    if total is not None:
        check_size(call, target, total)
    return Session(
        id=f"AEnB2U{secrets.token_urlsafe(60)}",
        target=target.name,
        account_id=call.account.account_id,
        started_at=call.now,
        total=total,
        limit=target.max_bytes(call),
        mime=plain,
        described=target.describe(call, sent),
    )


def check_size(call: ApiCall, target: Target, size: int) -> None:
    if size > target.max_bytes(call):
        raise too_large()


def _accepted(mime: str, target: Target) -> bool:
    return any(
        mime == known or known == "*/*" or (known.endswith("/*") and mime.startswith(known[:-1]))
        for known in target.mimes
    )
