"""Lists in pages: opaque cursors that name the last item seen by its time and id."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query

from pressrun.domain.problems import Problem

T = TypeVar("T")
Place = tuple[datetime, str]

DEFAULT_LIMIT = 50
HIGHEST_LIMIT = 100


@dataclass(frozen=True)
class Page:
    """Which part of a list is asked for. Fetch `limit + 1` items after `after`, and `cut` them."""

    limit: int
    after: Place | None = None

    def cut(self, found: Sequence[T], place: Callable[[T], Place]) -> tuple[Sequence[T], str | None]:
        """The items of this page and the cursor of the next, None on the last."""
        items = found[: self.limit]
        return items, cursor_at(place(items[-1])) if len(found) > self.limit else None


def page(
    cursor: Annotated[str | None, Query(max_length=300, description="The last `next_cursor`.")] = None,
    limit: Annotated[int, Query(ge=1, le=HIGHEST_LIMIT)] = DEFAULT_LIMIT,
) -> Page:
    """The page that a request asks for. Raises `Problem` `cursor_malformed`."""
    return Page(limit, place_of(cursor) if cursor else None)


WantedPage = Annotated[Page, Depends(page)]


def cursor_at(place: Place) -> str:
    """The cursor that goes on after `place`."""
    at, item_id = place
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), item_id]).encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """Where a cursor points. Raises `Problem` `cursor_malformed` for what is none of ours."""
    try:
        plain: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at, item_id = plain
        place = datetime.fromisoformat(at), item_id
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Problem.invalid("cursor_malformed", field="cursor") from None
    if place[0].tzinfo is None or not isinstance(item_id, str) or "\0" in item_id:
        raise Problem.invalid("cursor_malformed", field="cursor")
    return place
