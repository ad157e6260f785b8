"""Instagram's row: what is posted there, and everything that may go wrong (platforms, section 4)."""

from typing import Any

from storm.platforms import Platform, Supplies, Written
from storm.weather import (
    AFTER_THE_EFFECT,
    ANYWHERE,
    Asked,
    Trouble,
    answer,
    answer_after,
    html,
)

MINUTES_LEFT = '{"17841400000000000": [{"type": "pages", "estimated_time_to_regain_access": %d}]}'


def said(
    code: int, subcode: int | None = None, message: str = "It went wrong", **more: Any
) -> dict[str, Any]:
    """An error of the Graph API."""
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Astorm"}
    return {"error": {**error, **({"error_subcode": subcode} if subcode else {}), **more}}


SERVER = (
    Trouble("1", 4, answer(400, said(1))),
    Trouble("2", 4, answer(500, said(2, is_transient=True))),
    Trouble("-1/2207001", 3, answer(400, said(-1, 2207001))),
    Trouble("unknown and transient", 2, answer(400, said(777001, is_transient=True))),
)
LIMITS = (
    Trouble("4, no time named", 0.4, answer(400, said(4, is_transient=True))),
    Trouble("17, no time named", 0.4, answer(400, said(17))),
    Trouble("613", 0.3, answer(400, said(613))),
    Trouble("429 of a gateway", 0.3, answer(429, html("Too Many Requests"))),
    Trouble("80002 for 4 minutes", 2, answer(400, said(80002), X_Business_Use_Case_Usage=MINUTES_LEFT % 4)),
    Trouble("32 for 11 minutes", 2, answer(400, said(32), X_Business_Use_Case_Usage=MINUTES_LEFT % 11)),
)
LOST_CONTAINER = (
    Trouble("100/33 on a container", 2, answer(400, said(100, 33))),
    Trouble("24/2207006", 2, answer(400, said(24, 2207006))),
)

CREATE = Asked(
    "container",
    "POST",
    r"^/instagram(-login)?/v[0-9.]+/[0-9]+/media$",
    (
        *ANYWHERE,
        *SERVER,
        *LIMITS,
        Trouble("-2/2207003", 2, answer(400, said(-2, 2207003))),
        Trouble("-1/2207032", 2, answer(400, said(-1, 2207032))),
        Trouble("-1/2207053", 2, answer(400, said(-1, 2207053))),
        Trouble("-2/2207020", 2, answer(400, said(-2, 2207020))),
        Trouble("9004/2207052", 3, answer(400, said(9004, 2207052))),
        # What ends a post is rare: most are to go out.
        Trouble("36003/2207009", 0.3, answer(400, said(36003, 2207009))),
        Trouble("36000/2207004", 0.2, answer(400, said(36000, 2207004))),
        Trouble("36001/2207005", 0.2, answer(400, said(36001, 2207005))),
        Trouble("36004/2207010", 0.2, answer(400, said(36004, 2207010))),
        Trouble("100", 0.2, answer(400, said(100))),
        Trouble("506", 0.2, answer(400, said(506, message="This is a duplicate"))),
        Trouble("402", 0.2, answer(402, html("Payment Required"))),
        *AFTER_THE_EFFECT,
    ),
)
LOOK = Asked(
    "look",
    "GET",
    r"^/instagram(-login)?/v[0-9.]+/[0-9]+$",
    (*ANYWHERE, *SERVER, *LIMITS, *LOST_CONTAINER),
)
LIST = Asked("list", "GET", r"^/instagram(-login)?/v[0-9.]+/[0-9]+/media$", (*ANYWHERE, *SERVER, *LIMITS))
INSIGHTS = Asked("insights", "GET", r"/insights$", (*ANYWHERE, *SERVER, *LIMITS))
PUBLISH = Asked(
    "publish",
    "POST",
    r"/media_publish$",
    (
        *ANYWHERE,
        *SERVER,
        # 9/2207042, a full day, is left out: it would be waited for a whole day.
        *LIMITS,
        *LOST_CONTAINER,
        Trouble("9007/2207027", 3, answer(400, said(9007, 2207027))),
        Trouble("24/2207008", 2, answer(400, said(24, 2207008))),
        Trouble("36003/2207009", 0.2, answer(400, said(36003, 2207009))),
        Trouble("506", 0.2, answer(400, said(506, message="This is a duplicate"))),
        *AFTER_THE_EFFECT,
        # It says so of posts that are there: no post and no persona may suffer from it.
        Trouble("done, and 4/2207051", 2, answer_after(400, said(4, 2207051, "Action is blocked"))),
        Trouble("done, and 190", 1, answer_after(400, said(190, 463))),
        Trouble("done, and 613", 1, answer_after(400, said(613))),
    ),
    dropped=True,
)


def _write(supplies: Supplies, number: int, text: str) -> Written:
    if number % 4 == 3:
        pictures = [supplies.picture(number + turn) for turn in range(3)]
        return Written({"format": "carousel", "caption": text, "asset_ids": pictures})
    return Written({"format": "feed", "caption": text, "asset_ids": [supplies.picture(number)]})


INSTAGRAM = Platform(
    "instagram",
    weather=(CREATE, LOOK, LIST, INSIGHTS, PUBLISH),
    publishing=PUBLISH.path,
    quota=50,
    write=_write,
)
