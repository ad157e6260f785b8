"""Switches for what the documentation leaves open, and for states a channel or project can be in."""

from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.standin import Sandbox

PLATFORM = "youtube"

RULES: dict[str, tuple[Any, ...]] = {
    # The day's uploads of a project: the documentation says 403, people report 429.
    "upload_limit_status": (429, 403),
    "uploads_per_day": (100, int),
    "units_per_day": (10_000, int),
    "channel_uploads": (100, int),
    "channel_thumbnails": (100, int),
    # A Google account need not have a channel, nor a project the API.
    "channel": ("exists", "missing"),
    "api": ("enabled", "disabled"),
    # A project without an audit: whatever it uploads stays private.
    "private_lock": (False, True),
    # A project in testing: refresh tokens end after 7 days.
    "testing_project": (False, True),
    "refresh_rotates": (False, True),
    "suspension": (
        "authenticatedUserAccountSuspended",
        "authenticatedUserAccountClosed",
        "channelSuspended",
        "channelClosed",
        "accountSuspended",
    ),
    "final_status": (201, 200),
    # What is kept of a request that was cut: every byte, or whole pieces of 256 KiB.
    "interrupted": ("keeps", "rounds"),
    # How much of a chunk is taken in one request: clients must read Range and not assume.
    "chunks": ("whole", "half"),
    # Bytes that were sent before and arrive again.
    "overlap": ("refuses", "ignores"),
    "verified": (True, False),
    "thumbnail_mb": (50, 2),
    # Whether files that are no video fail in processing.
    "file_check": ("real", "off"),
    "failure_reason": ("conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted"),
    "rejection": (
        "none",
        "copyright",
        "inappropriate",
        "duplicate",
        "termsOfUse",
        "uploaderAccountSuspended",
        "length",
        "claim",
        "uploaderAccountClosed",
        "trademark",
        "legal",
    ),
}


def rule(sandbox: Sandbox, account: Account, name: str) -> Any:
    return sandbox.accounts.rule(account, name, RULES)
