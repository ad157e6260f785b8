"""X's row: what is posted there, and everything that may go wrong (platforms, section 4)."""

from typing import Any

from storm.platforms import Mark, Platform, Supplies, Written
from storm.weather import AFTER_THE_EFFECT, ANYWHERE, Asked, Trouble, answer, answer_after

THREAD = 3


def said(status: int, title: str, detail: str, kind: str = "about:blank") -> Any:
    """A problem of the API v2."""
    return {"title": title, "detail": detail, "type": kind, "status": status}


def numbered(code: int) -> Any:
    """The older shape."""
    return {"errors": [{"code": code, "message": f"It is {code}."}]}


SERVER = (
    Trouble("130", 3, answer(503, numbered(130))),
    Trouble("131", 3, answer(500, numbered(131))),
    Trouble("503 problem", 3, answer(503, said(503, "Service Unavailable", "Service Unavailable"))),
)
LIMITS = (
    Trouble("429", 0.5, answer(429, said(429, "Too Many Requests", "Too Many Requests"))),
    Trouble("88", 0.5, answer(429, numbered(88))),
)
DUPLICATE = said(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")

PUBLISH = Asked(
    "publish",
    "POST",
    r"^/x/2/tweets$",
    (
        *ANYWHERE,
        *SERVER,
        *LIMITS,
        Trouble("186", 0.2, answer(403, numbered(186))),
        Trouble("187", 0.2, answer(403, numbered(187))),
        *AFTER_THE_EFFECT,
        Trouble("done, and a duplicate", 2, answer_after(403, DUPLICATE)),
        Trouble("done, and 326", 1, answer_after(403, numbered(326))),
        Trouble("done, and 429", 1, answer_after(429, numbered(88))),
    ),
    dropped=True,
)
MEDIA = Asked("media", "POST", r"^/x/2/media/", (*ANYWHERE, *SERVER, *LIMITS, *AFTER_THE_EFFECT))
READ = Asked("read", "GET", r"^/x/2/", (*ANYWHERE, *SERVER, *LIMITS))
# Nothing after the effect: a refresh token works once, and a fresh one that never arrives ends the login.
TOKEN = Asked("token", "POST", r"^/x/2/oauth2/token$", ANYWHERE[:-1])


def _write(supplies: Supplies, number: int, text: str) -> Written:
    if number % 3 == 2:
        mark = Mark.of(text)
        assert mark is not None, "every text has its mark"
        parts = [text, *(f"이어서 {Mark(mark.number, part)}" for part in range(2, THREAD + 1))]
        return Written({"format": "thread", "caption": "\n---\n".join(parts)}, parts=THREAD)
    pictures = [supplies.picture(number)] if number % 3 else []
    return Written({"format": "tweet", "caption": text, "asset_ids": pictures})


X = Platform(
    "x",
    weather=(PUBLISH, MEDIA, READ, TOKEN),
    publishing=PUBLISH.path,
    quota=300,
    write=_write,
)
