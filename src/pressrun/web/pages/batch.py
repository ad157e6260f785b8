"""How the day goes: N of M succeeded, and the last lines of the log (S2.2)."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from pressrun.domain.account import AccountStatus
from pressrun.domain.persona import Language
from pressrun.domain.post import Badge, PostStatus, badge
from pressrun.store import accounts, events, posts
from pressrun.store.accounts import AccountFilter
from pressrun.store.database import Tx
from pressrun.store.posts import PostFilter
from pressrun.web.failure_text import failure_text
from pressrun.web.pages.log import Line, Teller
from pressrun.web.pages.zones import day_start

_EVENTS_READ = 400
LINES = 40
_NOT_COUNTED = (PostStatus.DRAFT, PostStatus.AWAITING_APPROVAL, PostStatus.CANCELLED)


@dataclass(frozen=True)
class Batch:
    """Today's posts by how they stand. `stopped`: a person stopped every account."""

    done: int
    running: int
    failed: int
    waiting: int
    stopped: bool
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """How many posts today has."""
        return self.done + self.running + self.failed + self.waiting


def read(tx: Tx, zone: ZoneInfo, language: Language) -> Batch:
    """Today in `zone`."""
    today = tx.now.astimezone(zone).date()
    wanted = PostFilter(due_from=day_start(today, zone), due_to=day_start(today + timedelta(days=1), zone))
    numbers = dict.fromkeys(Badge, 0)
    for status, number in posts.counts(tx, wanted).items():
        if status not in _NOT_COUNTED:
            numbers[badge(status)] += number
    paused = accounts.listed(tx, AccountFilter(status=AccountStatus.PAUSED), limit=1)
    active = accounts.listed(tx, AccountFilter(status=AccountStatus.ACTIVE), limit=1)
    return Batch(
        done=numbers[Badge.DONE],
        running=numbers[Badge.RUNNING],
        failed=numbers[Badge.FAILED],
        waiting=numbers[Badge.WAITING],
        stopped=bool(paused) and not active,
        lines=tuple(_lines(tx, zone, language)),
    )


def _lines(tx: Tx, zone: ZoneInfo, language: Language) -> list[Line]:
    since = tx.now - timedelta(hours=24)
    read_from = max(events.newest_id(tx) - _EVENTS_READ, 0)
    happened = [
        event
        for event in events.after(tx, read_from, limit=_EVENTS_READ)
        if event.kind.startswith("post.") and event.at >= since
    ]
    ids = {event.topic.partition(":")[2] for event in happened}
    cards = posts.cards(tx, PostFilter(ids=tuple(ids)), limit=_EVENTS_READ) if ids else []
    teller = Teller(
        language=language,
        zone=zone,
        now=tx.now,
        names={card.post.id: card.persona for card in cards},
        troubles={
            card.post.id: failure_text(card.post.failure, language, persona=card.persona).happened
            for card in cards
            if card.post.failure
        },
    )
    return teller.lines(happened)[-LINES:]
