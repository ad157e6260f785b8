"""What is left after the storm: our database against the sandbox's own record."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pressrun.domain.limits import HOUR
from pressrun.domain.post import PostStatus
from pressrun.store import schema
from pressrun.store.database import Store
from storm.cast import Player
from storm.platforms import Mark
from storm.storm import Storm

AT_ONCE = 10
PER_HOUR = 10
DAY = timedelta(hours=24)
MAY_END_A_POST = frozenset(
    {"transient", "media_unreachable", "media_broken", "refused", "duplicate", "misconfigured"}
)
_post, _content, _intent, _place = schema.post.c, schema.content.c, schema.intent.c, schema.ledger.c


@dataclass(frozen=True)
class Ours:
    """A post as our database has it."""

    id: str
    account_id: str
    mark: Mark
    status: PostStatus
    reason: str | None
    external_id: str | None
    permalink: str | None
    failure: str | None


@dataclass(frozen=True)
class Theirs:
    """One thing that exists at the sandbox."""

    platform: str
    account: str
    id: str
    mark: Mark | None
    created_at: datetime
    permalink: str


@dataclass(frozen=True)
class Call:
    """A request to the sandbox, as it was served there."""

    platform: str
    account: str
    method: str
    path: str
    status: int | None
    began: datetime
    ended: datetime
    fault: str | None


@dataclass(frozen=True)
class Verdict:
    """Everything that was found, and what of it must not be."""

    storm: Storm
    ours: Sequence[Ours]
    theirs: Sequence[Theirs]
    calls: Sequence[Call]
    places: Mapping[str, Sequence[datetime]]
    """The calls that can't be undone, by account, as our ledger has them."""
    sent: Mapping[str, Sequence[datetime]]
    """The same by post, as they were written down before they were made."""

    @classmethod
    def on(cls, storm: Storm) -> "Verdict":
        """Reads both sides."""
        published = storm.house.sandbox.get("/_sandbox/published").json()["items"]
        requests = storm.house.sandbox.get("/_sandbox/requests").json()["items"]
        return cls(
            storm=storm,
            ours=_ours(storm.store),
            theirs=[_theirs(item) for item in published],
            calls=[_call(item) for item in requests if item["ended_at"]],
            places=_grouped(storm.store, sa.select(_place.account_id, _place.at).where(_place.sent)),
            sent=_grouped(storm.store, sa.select(_intent.post_id, _intent.sent_at)),
        )

    def objections(self) -> list[str]:
        """All that must not be; nothing, after a storm that was weathered."""
        return [
            *self._lost_and_strange(),
            *self._twice(),
            *self._badly_ended(),
            *self._over_the_hour(),
            *self._over_the_quota(),
            *self._at_once(),
            *self._wrongly_stopped(),
            *self._thrown(),
        ]

    # Each post once

    def _lost_and_strange(self) -> Iterable[str]:
        there = {item.mark: item for item in self.theirs}
        for post in self.ours:
            for mark in self._marks_of(post):
                is_out, item = self._is_out(post), there.pop(mark, None)
                if is_out and item is None:
                    yield f"{post.mark} is out here and does not exist there"
                elif is_out and item and mark == post.mark and post.external_id != item.id:
                    yield f"{post.mark} is {post.external_id} here and {item.id} there"
                elif not is_out and item and not (self._is_half_said(post) or self._is_in_doubt(post)):
                    yield f"{post.mark} is {post.status} here and exists there: {item}"
        yield from (f"nobody wrote {item}" for item in there.values())

    def _twice(self) -> Iterable[str]:
        counted = Counter(item.mark for item in self.theirs)
        return [f"{mark} exists {count} times" for mark, count in counted.items() if count > 1]

    def _marks_of(self, post: Ours) -> list[Mark]:
        return [Mark(post.mark.number, part + 1) for part in range(self.storm.parts[post.id])]

    def _is_half_said(self, post: Ours) -> bool:
        """A thread of which a part was refused for good: what was said before it stays."""
        there = {item.mark for item in self.theirs}
        return post.status is not PostStatus.PUBLISHED and self._marks_of(post)[-1] not in there

    def _is_in_doubt(self, post: Ours) -> bool:
        """Nobody can look with a dead login, and the post says so."""
        is_asked_for = post.status in (PostStatus.CONFIRMING, PostStatus.UNCONFIRMED)
        return is_asked_for and post.account_id in self._stopped

    @property
    def _stopped(self) -> set[str]:
        return {player.id for player in self.storm.fate.stopped}

    def _is_out(self, post: Ours) -> bool:
        """Also a video that is held, with its link, because its login died before its extras were added."""
        return post.status is PostStatus.PUBLISHED or post.external_id is not None

    def waiting_while_out(self) -> int:
        """How many posts are held although they are there, as we know ourselves."""
        return sum(self._is_out(post) and post.status is PostStatus.HELD for post in self.ours)

    # Ends

    def _badly_ended(self) -> Iterable[str]:
        for post in self.ours:
            match post.status:
                case PostStatus.PUBLISHED:
                    continue
                case PostStatus.FAILED if post.failure in MAY_END_A_POST:
                    continue
                case PostStatus.HELD if post.account_id in self._stopped:
                    continue
                case _ if self._is_in_doubt(post):
                    continue
            yield f"{post.mark} ended as {post.status} ({post.reason}, {post.failure})"

    # Limits

    def _over_the_hour(self) -> Iterable[str]:
        for player, instants in self._by_player(self.places).items():
            if (most := _most_within(HOUR, instants)) > PER_HOUR:
                yield f"{player.outside_id} made {most} calls within an hour by our ledger"
        # A call arrives a little after it was written down.
        for player, instants in self._published_by_player().items():
            if (most := _most_within(HOUR - self.longest_way(), instants)) > PER_HOUR:
                yield f"{player.outside_id} published {most} posts within an hour"

    def _over_the_quota(self) -> Iterable[str]:
        for player, instants in self._published_by_player().items():
            if (most := _most_within(DAY, instants)) > player.platform.quota:
                yield f"{player.outside_id} published {most} posts within a day"

    def _at_once(self) -> Iterable[str]:
        most = max(self.storm.seen.publishing_at_once, self.publishing_at_once())
        return [f"{most} posts were being published at once"] if most > AT_ONCE else []

    def longest_way(self) -> timedelta:
        """The longest time between writing a call down and its effect, among those made only once."""
        there = {item.mark: item for item in self.theirs}
        ways = [
            there[post.mark].created_at - self.sent[post.id][0]
            for post in self.ours
            if post.mark in there and len(self.sent[post.id]) == 1
        ]
        return max(ways, default=timedelta())

    def publishing_at_once(self) -> int:
        """The most accounts that had a call that can't be undone under way at the sandbox at one time."""
        turns = sorted(
            turn
            for call in self.calls
            if self._publishes(call)
            for turn in ((call.began, 1, call.account), (call.ended, 0, call.account))
        )
        going: Counter[str] = Counter()
        most = 0
        for _, begins, account in turns:
            going[account] += 1 if begins else -1
            most = max(most, sum(count > 0 for count in going.values()))
        return most

    # Who was stopped

    def _wrongly_stopped(self) -> Iterable[str]:
        fate = self.storm.fate
        with self.storm.store.read() as tx:
            persona, account = schema.persona.c, schema.account.c
            paused = {
                row["id"] for row in tx.rows(sa.select(persona.id).where(persona.paused_at.is_not(None)))
            }
            status = {row["id"]: row["status"] for row in tx.rows(sa.select(account.id, account.status))}
        if paused != {fate.suspended.persona_id}:
            yield f"{len(paused)} personas are paused: {paused}"
        wanted = {player.id: "active" for player in self.storm.players}
        wanted |= {player.id: "needs_reauth" for player in fate.abandoned}
        wanted[fate.suspended.id] = "suspended"
        yield from (
            f"account {id_} is {status[id_]} and not {word}"
            for id_, word in wanted.items()
            if status[id_] != word
        )

    def _thrown(self) -> Iterable[str]:
        """What processes threw about; whoever takes over from a dead one must do so without a word."""
        for life in self.storm.house.lives:
            yield from (line for line in life.words if "Traceback" in line)

    # Help

    def _publishes(self, call: Call) -> bool:
        platforms = {player.platform.name: player.platform for player in self.storm.players}
        wanted = platforms.get(call.platform)
        return wanted is not None and call.method != "GET" and bool(re.search(wanted.publishing, call.path))

    def _by_player(self, instants: Mapping[str, Sequence[datetime]]) -> dict[Player, Sequence[datetime]]:
        return {player: instants.get(player.id, ()) for player in self.storm.players}

    def _published_by_player(self) -> dict[Player, Sequence[datetime]]:
        """When each account's posts appeared, each with its first part."""
        first = [item for item in self.theirs if item.mark is None or item.mark.part == 1]
        return {
            player: [
                item.created_at
                for item in first
                if (item.platform, item.account) == (player.platform.name, player.outside_id)
            ]
            for player in self.storm.players
        }


def _most_within(window: timedelta, instants: Iterable[datetime]) -> int:
    """The most of these instants that lie in one stretch shorter than `window`."""
    ordered = sorted(instants)
    return max((sum(begin <= at < begin + window for at in ordered) for begin in ordered), default=0)


def _ours(store: Store) -> list[Ours]:
    query = sa.select(
        _post.id,
        _post.account_id,
        _post.status,
        _post.status_reason,
        _post.external_id,
        _post.permalink,
        _post.failure,
        _content.caption,
    ).join(schema.content, _content.id == _post.content_id)
    with store.read() as tx:
        return [_our(row) for row in tx.rows(query)]


def _our(row: sa.RowMapping) -> Ours:
    mark = Mark.of(row["caption"])
    assert mark is not None, "every caption has its mark"
    return Ours(
        id=row["id"],
        account_id=row["account_id"],
        mark=mark,
        status=PostStatus(row["status"]),
        reason=row["status_reason"],
        external_id=row["external_id"],
        permalink=row["permalink"],
        failure=(row["failure"] or {}).get("kind"),
    )


def _theirs(item: Mapping[str, Any]) -> Theirs:
    return Theirs(
        platform=item["platform"],
        account=item["account_id"],
        id=item["id"],
        mark=Mark.of(item["text"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        permalink=item["permalink"],
    )


def _call(item: Mapping[str, Any]) -> Call:
    return Call(
        platform=item["platform"],
        account=item["account_id"] or "",
        method=item["method"],
        path=item["path"],
        status=item["status"],
        began=datetime.fromisoformat(item["started_at"]),
        ended=datetime.fromisoformat(item["ended_at"]),
        fault=item.get("fault_id"),
    )


def _grouped(store: Store, query: sa.Select[*tuple[Any, ...]]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    with store.read() as tx:
        for row in tx.rows(query):
            owner, at = row.values()
            found[owner].append(at)
    return found
