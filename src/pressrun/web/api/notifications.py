"""`/api/notifications`: what a person should know, in their language."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from pressrun.domain import messages
from pressrun.domain.persona import Language
from pressrun.domain.telling import page_about
from pressrun.store import notifications
from pressrun.store.notifications import Notification
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.idempotency import OnceRoute
from pressrun.web.language import language_of
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage

router = APIRouter(
    prefix="/api/notifications", tags=["notifications"], responses=EVERYWHERE, route_class=OnceRoute
)


class NotificationAnswer(BaseModel):
    """Something to know; `href` is the page where something can be done about it."""

    id: str
    at: datetime
    code: str
    severity: str
    message: str
    post_id: str | None
    account_id: str | None
    run_id: str | None
    href: str
    read_at: datetime | None


class NotificationList(BaseModel):
    """One page of notifications; `unread` counts all of them."""

    items: list[NotificationAnswer]
    next_cursor: str | None
    unread: int


@router.get("")
def list_notifications(
    visitor: Reader,
    request: Request,
    store: InStore,
    page: WantedPage,
    unread: Annotated[bool, Query(description="Only those nobody has read.")] = False,
) -> NotificationList:
    """Notifications, newest first."""
    with store.read() as tx:
        found = notifications.listed(tx, unread_only=unread, limit=page.limit + 1, after=page.after)
        total = notifications.count_unread(tx)
    items, cursor = page.cut(found, lambda each: (each.at, each.id))
    language = language_of(request)
    answers = [notification_answer(each, language) for each in items]
    return NotificationList(items=answers, next_cursor=cursor, unread=total)


@router.post("/{notification_id}/read")
def read_notification(
    visitor: Reader, request: Request, store: InStore, notification_id: str
) -> NotificationAnswer:
    """Says that it was read."""
    with store.transaction() as tx:
        notification = notifications.mark_read(tx, notification_id)
    return notification_answer(notification, language_of(request))


def notification_answer(notification: Notification, language: Language) -> NotificationAnswer:
    """A notification as a reader of `language` sees it."""
    return NotificationAnswer(
        id=notification.id,
        at=notification.at,
        code=notification.code,
        severity=notification.severity,
        message=messages.full_text(notification.code, language, notification.values),
        post_id=notification.post_id,
        account_id=notification.account_id,
        run_id=notification.run_id,
        href=page_about(
            post_id=notification.post_id, run_id=notification.run_id, account_id=notification.account_id
        ),
        read_at=notification.read_at,
    )
