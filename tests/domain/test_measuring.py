"""When a published post's numbers are read (S2.12)."""

from datetime import UTC, datetime, timedelta

import pytest

from pressrun.domain.measuring import next_look
from pressrun.domain.post import Format

OUT = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "next_hours"),
    [(0, 1), (1, 6), (2, 6), (6, 24), (24, 72), (72, 168), (168, 672), (671, 672), (672, None), (9999, None)],
)
def test_looks_become_rarer_and_end_after_four_weeks(hours: int, next_hours: int | None) -> None:
    at = next_look(Format.FEED, published_at=OUT, now=OUT + hours * HOUR)
    assert at == (None if next_hours is None else OUT + next_hours * HOUR)


def test_a_story_is_looked_at_only_while_it_lives() -> None:
    looks = [next_look(Format.STORY, published_at=OUT, now=OUT + hours * HOUR) for hours in (0, 1, 6)]
    assert looks == [OUT + HOUR, OUT + 6 * HOUR, None]
