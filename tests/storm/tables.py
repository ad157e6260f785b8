"""The storm in tables, for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from storm.verdict import Verdict


def tell(verdict: Verdict) -> Iterator[str]:
    """What came of the posts, what the weather was like, and how long it took."""
    yield from _outcomes(verdict)
    yield ""
    yield from _weather(verdict)
    yield ""
    yield from _facts(verdict)


def _outcomes(verdict: Verdict) -> Iterator[str]:
    platforms = {player.id: player.platform.name for player in verdict.storm.players}
    counted = Counter(
        (platforms[post.account_id], post.status.value, post.failure or post.reason or "")
        for post in verdict.ours
    )
    rows = [(*outcome, str(count)) for outcome, count in sorted(counted.items())]
    return _table(("platform", "status", "because", "posts"), rows)


def _weather(verdict: Verdict) -> Iterator[str]:
    counted = Counter(call.fault for call in verdict.calls if call.fault)
    names = verdict.storm.names
    rows = [(names.get(fault, fault), str(count)) for fault, count in counted.items()]
    return _table(("what the answers were", "times"), sorted(rows))


def _facts(verdict: Verdict) -> Iterator[str]:
    storm, calls = verdict.storm, verdict.calls
    failing = sum(call.fault is not None for call in calls)
    yield f"{len(calls)} requests, {failing} of them failing ({failing / max(len(calls), 1):.1%})"
    yield f"{storm.seen.kills} workers killed, {storm.seen.gave_up} ended by themselves, without their lease"
    yield f"{verdict.waiting_while_out()} posts are out and held: their login died before the rest was done"
    yield f"at most {storm.seen.publishing_at_once} posts being published at once,"
    yield f"at most {verdict.publishing_at_once()} publishing calls at the sandbox at once"
    yield f"at most {verdict.longest_way().total_seconds():.0f} s of product time from a call to its effect"
    yield f"{storm.seen.seconds:.0f} s, {storm.seen.seconds * storm.plan.speed / 3600:.1f} h of product time"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, ["-" * width for width in widths], *rows):
        yield "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
