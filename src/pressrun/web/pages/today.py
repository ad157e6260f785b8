"""Today: what runs now, what needs a person, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from pressrun.domain.account import AccountStatus
from pressrun.domain.persona import Language
from pressrun.domain.post import Badge, PostStatus, badge
from pressrun.domain.problems import Problem
from pressrun.store import accounts, personas, posts
from pressrun.store.accounts import Account
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import PostCard, PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.language import language_of
from pressrun.web.pages import batch, needs, post_view
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import ACCOUNTS, STEP_WORDS, Look, post_look
from pressrun.web.pages.zones import day_start, reading_zone

router = APIRouter(include_in_schema=False)

RUNNING = (PostStatus.ARMED, PostStatus.PUBLISHING, PostStatus.CONFIRMING)
COMING = (PostStatus.SCHEDULED, PostStatus.RETRY_WAIT, PostStatus.AWAITING_APPROVAL)
DAYS_SHOWN = 14
NEXT_SHOWN = 4
LANE_LIMIT = 400
SECTIONS = ("stats", "live", "needs", "next", "lane")


@dataclass(frozen=True)
class Tick:
    """One post on the line of the next 24 hours; `x` is where, in percent."""

    post_id: str
    at: datetime
    x: float
    look: Look
    name: str


@dataclass(frozen=True)
class Lane:
    """The next 24 hours of one platform."""

    platform: str
    ticks: Sequence[Tick]


@dataclass(frozen=True)
class DayRate:
    """How a day went: posts published and failed, and both as percent of the busiest day."""

    at: datetime
    done: int
    failed: int
    height: float

    @property
    def number(self) -> int:
        """Posts decided that day."""
        return self.done + self.failed

    @property
    def percent(self) -> float:
        """The share that went out."""
        return 100 * self.done / self.number if self.number else 0


@dataclass(frozen=True)
class Health:
    """One account in the grid."""

    account: Account
    persona: str
    look: Look


@router.get("/")
def today(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The first screen."""
    with store.read() as tx:
        people = personas.listed(tx)
        zone = reading_zone(people)
        values: dict[str, Any] = {"zone": zone, "step_words": STEP_WORDS}
        for section in SECTIONS:
            values |= _section(tx, section, zone, language_of(request))
        values["days"] = _days(tx, zone)
        values["health"] = _health(tx, people)
        values["is_new"] = not values["health"] or not posts.cards(tx, PostFilter(), limit=1)
        values["personas"] = people
    return screen(request, "today/page.html", values)


@router.get("/today/{section}")
def section_part(request: Request, visitor: Reader, store: InStore, section: str) -> HTMLResponse:
    """One card of the page, as the page holds it."""
    if section not in SECTIONS:
        raise Problem.not_found("not_found")
    with store.read() as tx:
        zone = reading_zone(personas.listed(tx))
        values = _section(tx, section, zone, language_of(request))
    values |= {"zone": zone, "step_words": STEP_WORDS}
    return templating.part(request, f"today/{section}.html", values)


def _section(tx: Tx, section: str, zone: ZoneInfo, language: Language) -> dict[str, Any]:
    match section:
        case "stats":
            return {"batch": batch.read(tx, zone, language)}
        case "live":
            running = post_view.views(tx, PostFilter(statuses=RUNNING), language, limit=20)
            return {"running": running, "coming_next": _coming(tx, 1)}
        case "needs":
            return {"needs": needs.read(tx)}
        case "next":
            return {"coming": [(card, post_look(card.post)) for card in _coming(tx, NEXT_SHOWN)]}
        case _:
            return {"lanes": _lanes(tx), "lane_hours": _lane_hours(tx.now)}


def _coming(tx: Tx, limit: int) -> list[PostCard]:
    return posts.cards(tx, PostFilter(statuses=COMING, due_from=tx.now), limit=limit)


def _lane_hours(now: datetime) -> list[datetime]:
    return [now + timedelta(hours=3 * step) for step in range(8)]


def _lanes(tx: Tx) -> list[Lane]:
    until = tx.now + timedelta(hours=24)
    wanted = PostFilter(statuses=(*COMING, *RUNNING), due_from=tx.now, due_to=until)
    by_platform: dict[str, list[Tick]] = {}
    for card in posts.cards(tx, wanted, limit=LANE_LIMIT):
        x = 100 * (card.post.due_at - tx.now) / timedelta(hours=24)
        tick = Tick(card.post.id, card.post.due_at, round(x, 1), post_look(card.post), card.persona)
        by_platform.setdefault(card.platform, []).append(tick)
    return [Lane(platform, ticks) for platform, ticks in sorted(by_platform.items())]


def _days(tx: Tx, zone: ZoneInfo) -> list[DayRate]:
    """The last two weeks, the oldest day first."""
    today = tx.now.astimezone(zone).date()
    starts = [day_start(today - timedelta(days=back), zone) for back in range(DAYS_SHOWN - 1, -2, -1)]
    counted = [_decided(tx, first, last) for first, last in pairwise(starts)]
    busiest = max((done + failed for done, failed in counted), default=0) or 1
    return [
        DayRate(at, done, failed, 100 * (done + failed) / busiest)
        for at, (done, failed) in zip(starts, counted, strict=False)
    ]


def _decided(tx: Tx, first: datetime, last: datetime) -> tuple[int, int]:
    found = posts.counts(tx, PostFilter(due_from=first, due_to=last))
    failed = sum(number for status, number in found.items() if badge(status) is Badge.FAILED)
    return found.get(PostStatus.PUBLISHED, 0), failed


def _health(tx: Tx, people: Sequence[Persona]) -> list[Health]:
    names = {persona.id: persona.name for persona in people}
    busy = {card.post.account_id for card in posts.cards(tx, PostFilter(statuses=RUNNING), limit=100)}
    working = Look("running", "loader", templating.msgid("Publishing"))
    return [
        Health(
            account,
            names[account.persona_id],
            working
            if account.id in busy and account.status is AccountStatus.ACTIVE
            else ACCOUNTS[account.status],
        )
        for account in accounts.listed(tx)
    ]
