"""Notifications: what happened that a person should know."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pressrun.domain.persona import Language
from pressrun.domain.telling import page_about
from pressrun.store import notifications, personas
from pressrun.store.notifications import Notification
from pressrun.web import wording
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm
from pressrun.web.pages.zones import reading_zone
from pressrun.web.pagination import WantedPage

router = APIRouter(prefix="/notifications", include_in_schema=False)


@dataclass(frozen=True)
class Note:
    """A notification in the reader's language."""

    notification: Notification
    happened: str
    todo: str
    href: str


@router.get("")
def listed(request: Request, visitor: Reader, store: InStore, page: WantedPage) -> HTMLResponse:
    """The list, the newest first."""
    language = language_of(request)
    with store.read() as tx:
        found = notifications.listed(tx, limit=page.limit + 1, after=page.after)
        shown, next_cursor = page.cut(found, lambda each: (each.at, each.id))
        zone: ZoneInfo = reading_zone(personas.listed(tx))
    values = {"notes": [_note(each, language) for each in shown], "zone": zone, "next_cursor": next_cursor}
    return screen(request, "notification/page.html", values)


@router.post("/read", dependencies=[OwnForm])
def read_all(visitor: Reader, store: InStore) -> Response:
    """Everything unread is read."""
    with store.transaction() as tx:
        for each in notifications.listed(tx, unread_only=True, limit=1000):
            notifications.mark_read(tx, each.id)
    return back_to("/notifications", "notifications_read")


@router.post("/{notification_id}", dependencies=[OwnForm])
def open_one(visitor: Reader, store: InStore, notification_id: str) -> Response:
    """Marks one as read and goes to what it is about."""
    with store.transaction() as tx:
        read = notifications.mark_read(tx, notification_id)
    return RedirectResponse(_href(read), 303)


def _note(each: Notification, language: Language) -> Note:
    return Note(
        each,
        wording.what_happened(each.code, language, each.values),
        wording.what_to_do(each.code, language, each.values),
        _href(each),
    )


def _href(each: Notification) -> str:
    return page_about(post_id=each.post_id, run_id=each.run_id, account_id=each.account_id)
