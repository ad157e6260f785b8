"""The queue: upcoming posts in time order, filters, and the day's progress (S2.1, S2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import accounts as account_actions
from pressrun.domain.account import AccountStatus
from pressrun.domain.post import Badge, PostStatus, badge
from pressrun.store import accounts, personas, posts
from pressrun.store.accounts import Account, AccountFilter
from pressrun.store.database import Store, Tx
from pressrun.store.posts import PostFilter
from pressrun.web import templating
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.language import language_of
from pressrun.web.pages import batch, post_view
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import APPROVAL, BADGES, STEP_WORDS
from pressrun.web.pages.own_forms import OwnForm, done
from pressrun.web.pages.post_view import PostView
from pressrun.web.pages.zones import day_start, reading_zone
from pressrun.web.pagination import Page, WantedPage
from pressrun.web.templating import msgid

router = APIRouter(prefix="/queue", include_in_schema=False)

APPROVALS = "approval"
_STATUSES: dict[str, tuple[PostStatus, ...]] = {
    **{word.value: tuple(status for status in PostStatus if badge(status) is word) for word in Badge},
    APPROVALS: (PostStatus.AWAITING_APPROVAL,),
}
_OPEN = tuple(status for status in PostStatus if badge(status) in (Badge.WAITING, Badge.RUNNING))


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    status: str = ""
    persona_id: str = ""
    day: date | None = None
    shown_as: str = "rows"

    @property
    def is_narrow(self) -> bool:
        """Whether a filter is on."""
        return bool(self.status or self.persona_id or self.day)

    def address(self, *, shown_as: str | None = None, cursor: str = "") -> str:
        """The address of this view, so that it can be shared."""
        values = {
            "status": self.status,
            "persona_id": self.persona_id,
            "date": self.day.isoformat() if self.day else "",
            "as": shown_as or self.shown_as,
            "cursor": cursor,
        }
        return f"/queue?{urlencode({name: value for name, value in values.items() if value})}"

    def posts(self, zone: ZoneInfo, now: datetime) -> PostFilter:
        """The filter for the store: one day, or everything from today on."""
        day = self.day or now.astimezone(zone).date()
        return PostFilter(
            statuses=_STATUSES.get(self.status, ()),
            persona_id=self.persona_id or None,
            due_from=day_start(day, zone),
            due_to=day_start(day + timedelta(days=1), zone) if self.day else None,
        )


@dataclass(frozen=True)
class Chip:
    """One filter by status with its count."""

    value: str
    icon: str
    word: str
    number: int


@dataclass(frozen=True)
class Hour:
    """The posts of one hour."""

    at: datetime
    posts: Sequence[PostView]


@dataclass(frozen=True)
class Day:
    """The posts of one day; `name` says today or tomorrow, as a message id."""

    at: datetime
    name: str
    hours: Sequence[Hour]

    @property
    def number(self) -> int:
        """How many posts."""
        return sum(len(hour.posts) for hour in self.hours)


def wanted_of(
    status: Annotated[str, Query(max_length=20)] = "",
    persona_id: Annotated[str, Query(max_length=32)] = "",
    day: Annotated[str, Query(alias="date", max_length=10)] = "",
    shown_as: Annotated[str, Query(alias="as", max_length=10)] = "rows",
) -> Wanted:
    """The filter of the address; what it does not understand does not narrow."""
    return Wanted(
        status=status if status in _STATUSES else "",
        persona_id=persona_id,
        day=_date(day),
        shown_as="cards" if shown_as == "cards" else "rows",
    )


@router.get("")
def queue(
    request: Request,
    visitor: Reader,
    store: InStore,
    page: WantedPage,
    wanted: Annotated[Wanted, Depends(wanted_of)],
) -> HTMLResponse:
    """The queue."""
    language = language_of(request)
    with store.read() as tx:
        people = personas.listed(tx)
        zone = reading_zone(people, wanted.persona_id)
        listed, next_cursor = _listed(tx, wanted, zone, page, language_of(request))
        values = {
            "wanted": wanted,
            "personas": people,
            "zone": zone,
            "zone_key": zone.key,
            "chips": _chips(tx, wanted, zone),
            "days": _days(listed, zone, tx.now),
            "now_before": _first_ahead(listed, tx.now),
            "next_cursor": next_cursor,
            "batch": batch.read(tx, zone, language),
            "step_words": STEP_WORDS,
            "dated": False,
        }
    return screen(request, "queue/page.html", values)


@router.get("/rows/{post_id}")
def row(
    request: Request,
    visitor: Reader,
    store: InStore,
    post_id: str,
    dated: Annotated[bool, Query(description="With the date, for lists that have no heads of days.")] = False,
) -> HTMLResponse:
    """One row of the queue, as the page holds it."""
    with store.read() as tx:
        shown = post_view.one(tx, post_id, language_of(request))
        zone = reading_zone(personas.listed(tx))
    return row_part(request, shown, zone, dated=dated)


@router.get("/progress")
def progress(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The day's progress, as the page holds it."""
    with store.read() as tx:
        zone = reading_zone(personas.listed(tx))
        values = {"batch": batch.read(tx, zone, language_of(request)), "zone": zone}
    return templating.part(request, "queue/progress.html", values)


@router.post("/stop", dependencies=[OwnForm])
def stop(visitor: Writer, store: InStore) -> Response:
    """중단: every account is paused, so posts that have not begun wait (S2.2)."""
    with store.read() as tx:
        active = accounts.listed(tx, AccountFilter(status=AccountStatus.ACTIVE))
    for account in active:
        account_actions.pause(store, account.id)
    return done("", "/queue", "posts_stopped")


@router.post("/go-on", dependencies=[OwnForm])
async def go_on(visitor: Writer, workspace: InWorkspace) -> Response:
    """Ends the stop: every paused account goes on."""
    for account in await run_sync(_paused, workspace.store):
        await account_actions.resume(workspace, account.id)
    return done("", "/queue", "account_resumed")


def row_part(request: Request, shown: PostView, zone: ZoneInfo, *, dated: bool = False) -> HTMLResponse:
    """A row as an answer."""
    values = {"it": shown, "zone_key": zone.key, "step_words": STEP_WORDS, "dated": dated}
    return templating.part(request, "queue/row.html", values)


def _paused(store: Store) -> list[Account]:
    with store.read() as tx:
        return accounts.listed(tx, AccountFilter(status=AccountStatus.PAUSED))


def _listed(
    tx: Tx, wanted: Wanted, zone: ZoneInfo, page: Page, language: templating.Language
) -> tuple[Sequence[PostView], str | None]:
    """The posts of this page; the first one begins with what should be over and is not."""
    asked = wanted.posts(zone, tx.now)
    found = posts.cards(tx, asked, limit=page.limit + 1, after=page.after)
    shown, next_cursor = page.cut(found, lambda card: (card.post.due_at, card.post.id))
    late: Sequence[posts.PostCard] = []
    if page.after is None and wanted.day is None:
        statuses = tuple(status for status in asked.statuses or _OPEN if status in _OPEN)
        earlier = replace(asked, statuses=statuses, due_from=None, due_to=asked.due_from)
        late = posts.cards(tx, earlier) if statuses else []
    return [post_view.view(tx, card, language) for card in (*late, *shown)], next_cursor


def _chips(tx: Tx, wanted: Wanted, zone: ZoneInfo) -> list[Chip]:
    counted = posts.counts(tx, replace(wanted.posts(zone, tx.now), statuses=()))
    numbers = {word: sum(counted.get(each, 0) for each in statuses) for word, statuses in _STATUSES.items()}
    looks = {**{word.value: look for word, look in BADGES.items()}, APPROVALS: APPROVAL}
    chips = [Chip(value, look.icon, look.word, numbers[value]) for value, look in looks.items()]
    return [Chip("", "", msgid("All"), sum(counted.values())), *chips]


def _days(listed: Sequence[PostView], zone: ZoneInfo, now: datetime) -> list[Day]:
    by_hour: dict[datetime, list[PostView]] = {}
    for shown in listed:
        hour = shown.post.due_at.astimezone(zone).replace(minute=0, second=0, microsecond=0)
        by_hour.setdefault(hour, []).append(shown)
    by_day: dict[date, list[Hour]] = {}
    for at, found in by_hour.items():
        by_day.setdefault(at.date(), []).append(Hour(at, found))
    today = now.astimezone(zone).date()
    names = {today: msgid("Today"), today + timedelta(days=1): msgid("Tomorrow")}
    return [Day(hours[0].at, names.get(day, ""), hours) for day, hours in by_day.items()]


def _first_ahead(listed: Sequence[PostView], now: datetime) -> str:
    """The post that the line of the present stands before; none where all lie on one side of it."""
    ahead = [shown.post.id for shown in listed if shown.post.due_at > now]
    return ahead[0] if ahead and len(ahead) < len(listed) else ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
