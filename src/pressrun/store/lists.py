"""What lists share: a place in them, as (time, id) of the last item seen."""

from datetime import datetime

import sqlalchemy as sa

from pressrun.kit.database import UTCDateTime

Place = tuple[datetime, str]


def place(last: Place) -> sa.Tuple:
    """A place that the rows of a list can be compared with."""
    return sa.tuple_(sa.literal(last[0], UTCDateTime()), sa.literal(last[1]))
