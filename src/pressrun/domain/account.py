"""An account: one login on one platform, belonging to a persona."""

from enum import StrEnum


class AccountStatus(StrEnum):
    """Whether an account may publish."""

    ACTIVE = "active"
    NEEDS_REAUTH = "needs_reauth"
    SUSPENDED = "suspended"
    PAUSED = "paused"


class Platform(StrEnum):
    """Where posts appear."""

    INSTAGRAM = "instagram"
    YOUTUBE = "youtube"
    X = "x"
