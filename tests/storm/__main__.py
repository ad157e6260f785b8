"""`bin/storm`: the full storm, on a PostgreSQL of its own. Ends with status 1 where anything was lost."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import databases
from storm.rows import PLATFORMS
from storm.storm import Plan, storm_over
from storm.tables import tell
from storm.verdict import Verdict


def main(given: Sequence[str] | None = None) -> int:
    """Blows, tells, judges."""
    plan = _plan(given)
    with (
        tempfile.TemporaryDirectory(prefix="pressrun-storm-") as folder,
        databases.postgres_server() as server,
        databases.postgres_template(server) as template,
        databases.postgres_copy(server, template) as database_url,
        storm_over(plan, Path(folder), database_url, _say) as storm,
    ):
        storm.gather(PLATFORMS)
        storm.blow()
        storm.calm()
        verdict = Verdict.on(storm)
        objections = verdict.objections()
        for line in [*tell(verdict), "", *objections]:
            _say(line)
    _say("FAILED" if objections else "All posts are accounted for.")
    return 1 if objections else 0


def _plan(given: Sequence[str] | None) -> Plan:
    usual = Plan()
    parser = argparse.ArgumentParser(prog="bin/storm", description=__doc__)
    parser.add_argument("--posts", type=int, default=usual.posts)
    parser.add_argument("--accounts", type=int, default=usual.accounts)
    parser.add_argument("--speed", type=float, default=usual.speed, help="product seconds in a real one")
    parser.add_argument("--spread", type=int, default=80, help="product minutes over which posts are due")
    parser.add_argument("--seed", type=int, default=usual.seed)
    wanted = parser.parse_args(given)
    return Plan(
        posts=wanted.posts,
        accounts=wanted.accounts,
        speed=wanted.speed,
        spread=timedelta(minutes=wanted.spread),
        seed=wanted.seed,
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
