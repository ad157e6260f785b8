"""What a platform's answers may look like on a bad day, and how often; switched on in the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

Effect = Mapping[str, Any]


@dataclass(frozen=True)
class Trouble:
    """One way to fail. `weight` is its share among the troubles of its kind of request."""

    name: str
    weight: float
    effect: Effect


@dataclass(frozen=True)
class Asked:
    """One kind of request to a platform, and what may become of its answers."""

    name: str
    method: str
    path: str
    """A regular expression; no request is of two kinds."""
    troubles: Sequence[Trouble]
    dropped: bool = False
    """Whether some of its answers are dropped after the effect, beside all that fails."""


@dataclass(frozen=True)
class Force:
    """How bad the weather is: the share of all answers that fail, and of those dropped after the effect."""

    failing: float = 0.20
    dropped: float = 0.02


def html(title: str) -> str:
    """What gateways say."""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"


def answer(status: int, body: Any = None, *, kind: str = "answer", **headers: str) -> Effect:
    """It is not done, and this is answered; without a body, in the platform's own words."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {} if body is None else {"body": body}
    return {"kind": kind, "status": status, "headers": named, **given}


def answer_after(status: int, body: Any = None) -> Effect:
    """It is done, and this is answered all the same."""
    return answer(status, body, kind="answer_after")


DROP_BEFORE: Effect = {"kind": "drop_before"}
DROP_AFTER: Effect = {"kind": "drop_after"}
HANG: Effect = {"kind": "hang"}
CUT_SHORT: Effect = {"kind": "truncate", "bytes": 7}

ANYWHERE = (
    Trouble("500 in its own words", 8, answer(500)),
    Trouble("502 of a gateway", 5, answer(502, html("Bad Gateway"))),
    Trouble("503 without a word", 5, answer(503, "")),
    Trouble("504 of a gateway", 4, answer(504, html("Gateway Timeout"))),
    Trouble("408", 2, answer(408, "")),
    Trouble("200 that is HTML", 4, answer(200, html("Welcome"))),
    Trouble("200 that is empty", 4, answer(200, {})),
    Trouble("200 that is a list", 3, answer(200, [])),
    Trouble("dropped before", 7, DROP_BEFORE),
    Trouble("no answer", 0.3, HANG),
)
"""What any service does, whatever it was asked."""

AFTER_THE_EFFECT = (
    Trouble("done, and 500", 4, answer_after(500)),
    Trouble("done, and 502 of a gateway", 4, answer_after(502, html("Bad Gateway"))),
    Trouble("done, and 503", 3, answer_after(503, "")),
    Trouble("done, and 200 that is HTML", 3, answer_after(200, html("Welcome"))),
    Trouble("done, and 200 that is empty", 3, answer_after(200, {})),
    Trouble("done, and cut short", 4, CUT_SHORT),
)
"""What any service does to a call that had its effect."""


def faults(platform: str, kinds: Sequence[Asked], force: Force) -> Iterator[dict[str, Any]]:
    """The weather of a platform in the sandbox's words, `times` unlimited."""
    for kind in kinds:
        for trouble, share in _shares(kind, force):
            match = {"method": kind.method, "path_regex": kind.path}
            yield {
                "platform": platform,
                "match": match,
                "effect": dict(trouble.effect),
                "times": None,
                "probability": share,
                "name": f"{kind.name}: {trouble.name}",
            }


def break_out(sandbox: httpx.Client, platform: str, kinds: Sequence[Asked], force: Force) -> dict[str, str]:
    """Switches the weather on; answers the names of what can happen, by the ids of the faults."""
    names = {}
    for number, fault in enumerate(faults(platform, kinds, force)):
        name = fault.pop("name")
        made = sandbox.post("/_sandbox/faults", json={**fault, "seed": number})
        made.raise_for_status()
        names[made.json()["id"]] = f"{platform} {name}"
    return names


def _shares(kind: Asked, force: Force) -> Iterator[tuple[Trouble, float]]:
    """Each trouble with its probability once none before it has happened: the sandbox asks one by one."""
    wanted = list(_wanted(kind, force))
    left = 1.0
    for trouble, share in wanted:
        yield trouble, share / left
        left -= share


def _wanted(kind: Asked, force: Force) -> Iterator[tuple[Trouble, float]]:
    whole = sum(trouble.weight for trouble in kind.troubles)
    for trouble in kind.troubles:
        yield trouble, force.failing * trouble.weight / whole
    if kind.dropped:
        yield Trouble("done, and dropped", 1, DROP_AFTER), force.dropped
