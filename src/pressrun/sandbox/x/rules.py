"""Switches for what the facts about X leave open, and for what an account may run into; defaults first."""

from typing import Any

RULES: dict[str, tuple[Any, ...]] = {
    # Shape of errors; and how a dead refresh token is called.
    "errors": ("v2", "legacy"),
    "refresh_error": ("invalid_request", "invalid_grant"),
    # Whether an access token outlives the refresh that replaced it.
    "old_access": ("works", "ends"),
    # The dedicated upload paths, or the older form with `command`.
    "x_upload": ("paths", "init"),
    # What a second finalize of one upload gets, as after a lost answer.
    "second_finalize": ("refuses", "answers"),
    # Posts in 15 minutes; the older page says 200, and 300 in three hours.
    "post_limit": (100, 200, int),
    "app_daily_posts": (10_000, int),
    # Undocumented cap of posts in 24 hours (0: none), and how it is answered.
    "daily_cap": (0, int),
    "daily_cap_status": (403, 429),
    # How long a new post is missing in its author's timeline.
    "timeline_lag": (0, int),
    "fields_parameter": ("both", "tweet", "post"),
    # Lookup of one post that does not exist: an answer with errors only, or 404.
    "missing_status": (200, 404),
    "billing": ("paid", "no-credits", "usage-capped"),
    "refuses": ("nothing", "client-forbidden", "app-suspended", "not-permitted", "automated"),
    "duplicates": ("refuse", "allow"),
    "duplicate_hours": (24, int),
    "max_length": (280, int),
    # Self-serve apps reply only where they were mentioned or quoted, and quote their own posts only.
    "reply": ("self-serve", "anyone"),
    "quote": ("self-serve", "anyone"),
    "image_types": ("best-practices", "openapi"),
    "video_size": ("documented", "any"),
}
