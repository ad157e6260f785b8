"""When the numbers of a published post are read: often at first, ever more seldom, then no more (S2.12)."""

from datetime import datetime, timedelta

from pressrun.domain.post import Format

AGES = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=28),
)
"""How old a post is when it is looked at."""

STORY_LIFE = timedelta(hours=24)
"""A story is gone after that, and its numbers with it."""

TRY_AGAIN = timedelta(minutes=30)
"""After a look that failed for a passing reason."""


def next_look(format: Format, *, published_at: datetime, now: datetime) -> datetime | None:
    """The first look after `now`; None where the post is not looked at any more."""
    ages = [age for age in AGES if format is not Format.STORY or age < STORY_LIFE]
    return next((published_at + age for age in ages if published_at + age > now), None)
