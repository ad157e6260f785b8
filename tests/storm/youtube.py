"""YouTube's row: what is posted there, and everything that may go wrong (platforms, section 4)."""

from typing import Any

from storm.platforms import Platform, Supplies, Written
from storm.weather import AFTER_THE_EFFECT, ANYWHERE, Asked, Trouble, answer, answer_after


def said(status: int, reason: str) -> Any:
    """An error of the Data API."""
    error = {"domain": "youtube.api", "reason": reason, "message": f"It was {reason}."}
    return {"error": {"code": status, "message": error["message"], "errors": [error]}}


SERVER = (
    Trouble("500 internalError", 4, answer(500, said(500, "internalError"))),
    Trouble("503 backendError", 4, answer(503, said(503, "backendError"))),
)
# quotaExceeded and uploadLimitExceeded are left out: they would be waited for until another day.
LIMITS = (
    Trouble("403 rateLimitExceeded", 0.5, answer(403, said(403, "rateLimitExceeded"))),
    Trouble("429 userRateLimitExceeded", 0.5, answer(429, said(429, "userRateLimitExceeded"))),
)

BEGIN = Asked(
    "session",
    "POST",
    r"/upload/youtube/v3/videos$",
    (
        *ANYWHERE,
        *SERVER,
        *LIMITS,
        Trouble("400 invalidTitle", 0.3, answer(400, said(400, "invalidTitle"))),
        Trouble("400 mediaBodyRequired", 0.3, answer(400, said(400, "mediaBodyRequired"))),
        *AFTER_THE_EFFECT,
    ),
)
BYTES = Asked(
    "bytes",
    "PUT",
    r"/upload/youtube/v3/videos",
    (
        *ANYWHERE,
        *SERVER,
        *LIMITS,
        *AFTER_THE_EFFECT,
        Trouble("done, and 403 rateLimitExceeded", 1, answer_after(403, said(403, "rateLimitExceeded"))),
        Trouble(
            "done, and channelSuspended", 1, answer_after(403, said(403, "authenticatedUserAccountSuspended"))
        ),
    ),
    dropped=True,
)
READ = Asked("read", "GET", r"^/youtube/youtube/v3/", (*ANYWHERE, *SERVER, *LIMITS))
TOKEN = Asked("token", "POST", r"^/google-oauth/token$", ANYWHERE)

BIG_PROJECT = {"uploads_per_day": 100_000, "units_per_day": 10_000_000}


def _write(supplies: Supplies, number: int, text: str) -> Written:
    format, clip = ("video", supplies.wide_clip) if number % 2 else ("short", supplies.clip)
    return Written({"format": format, "caption": text, "asset_ids": [clip]})


YOUTUBE = Platform(
    "youtube",
    weather=(BEGIN, BYTES, READ, TOKEN),
    publishing=BYTES.path,
    quota=100,
    write=_write,
    state=BIG_PROJECT,
)
