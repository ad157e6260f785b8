"""Failed posts, grouped by their reason, because one cause has one cure (S2.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from pressrun.store import personas
from pressrun.store.posts import PostFilter
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.language import language_of
from pressrun.web.pages import post_view
from pressrun.web.pages.frame import NEEDS_A_PERSON, screen
from pressrun.web.pages.looks import STEP_WORDS
from pressrun.web.pages.post_view import PostView
from pressrun.web.pages.zones import reading_zone

router = APIRouter(prefix="/failures", include_in_schema=False)

SHOWN = 200


@dataclass(frozen=True)
class Group:
    """Posts that failed for one reason."""

    code: str
    happened: str
    todo: str
    posts: Sequence[PostView]


@router.get("")
def failures(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """The list."""
    with store.read() as tx:
        wanted = PostFilter(statuses=NEEDS_A_PERSON)
        found = post_view.views(tx, wanted, language_of(request), newest_first=True, limit=SHOWN)
        zone = reading_zone(personas.listed(tx))
    values = {
        "groups": _groups(found),
        "zone": zone,
        "zone_key": zone.key,
        "step_words": STEP_WORDS,
        "dated": True,
    }
    return screen(request, "failure/page.html", values)


def _groups(found: Sequence[PostView]) -> list[Group]:
    by_code: dict[str, list[PostView]] = {}
    for it in found:
        by_code.setdefault(it.trouble.code if it.trouble else "", []).append(it)
    return [
        Group(
            code,
            posts[0].trouble.happened if posts[0].trouble else "",
            posts[0].trouble.todo if posts[0].trouble else "",
            posts,
        )
        for code, posts in by_code.items()
    ]
