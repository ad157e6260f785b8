"""Titles: registered topics that become runs, at once or at their time (S4.1)."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pressrun.actions import runs as run_actions
from pressrun.actions.base import Caller, Enqueue, Workspace
from pressrun.actions.producing import FORMATS
from pressrun.domain.content import ContentType
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.run import RECIPES
from pressrun.domain.times import check_publish_time, parse_publish_time
from pressrun.domain.user import Right
from pressrun.store import accounts, personas, runs, titles
from pressrun.store.database import Store, Tx
from pressrun.store.runs import Run
from pressrun.store.titles import Title

MAX_TITLE = 300
BATCH = 50


@dataclass(frozen=True)
class TitleRequest:
    """What a person registers; without a time its run starts at once."""

    title: str
    persona_id: str
    account_ids: Sequence[str] = ()
    content_type: str = ContentType.CAROUSEL
    scheduled_at: str | None = None


def register(workspace: Workspace, caller: Caller, request: TitleRequest) -> tuple[Title, Run | None]:
    """Keeps a title, and starts its run where no time is given. Raises 404, 422."""
    caller.need(Right.WRITE)
    with workspace.store.transaction() as tx:
        persona = personas.get(tx, request.persona_id)
        content_type = check_content_type(request.content_type)
        text = check_title(request.title)
        account_ids = check_accounts(tx, workspace, persona.id, request.account_ids, content_type)
        scheduled_at = _time(workspace, tx, request.scheduled_at, ZoneInfo(persona.timezone))
        title = titles.add(
            tx,
            title=text,
            persona_id=persona.id,
            account_ids=account_ids,
            content_type=content_type,
            scheduled_at=scheduled_at,
            created_by=caller.user_id,
        )
        return title, None if scheduled_at else _start(tx, workspace.enqueue, title)


def cancel(workspace: Workspace, caller: Caller, title_id: str) -> None:
    """Calls off a title that has not started. Raises 404, 409."""
    caller.need(Right.WRITE)
    with workspace.store.transaction() as tx:
        titles.cancel(tx, titles.get(tx, title_id))


def start_due(store: Store, enqueue: Enqueue) -> int:
    """Starts the runs of titles whose time has come; answers how many."""
    with store.transaction() as tx:
        due = titles.due(tx, until=tx.now, limit=BATCH)
        for title in due:
            _start(tx, enqueue, title)
        return len(due)


def check_title(title: str, *, field: str = "title") -> str:
    """The title as it is kept. Raises `Problem` where it is empty, too long or has no words."""
    text = " ".join(title.split())
    if not text:
        raise Problem.invalid("title_missing", field=field)
    if len(text) > MAX_TITLE:
        raise Problem.invalid("title_too_long", field=field, length=len(text), limit=MAX_TITLE)
    if not any(unicodedata.category(character)[0] in "LN" for character in text):
        raise Problem.invalid("title_without_words", field=field)
    return text


def check_content_type(name: str) -> ContentType:
    """The kind of content that `name` means. Raises `Problem` `content_type_unknown`."""
    wanted = ContentType.TEXT_POST.value if name == "x_post" else name
    for content_type in RECIPES:
        if content_type == wanted:
            return content_type
    makeable = ", ".join(RECIPES)
    raise Problem.invalid("content_type_unknown", field="content_type", content_type=name, types=makeable)


def check_accounts(
    tx: Tx,
    workspace: Workspace,
    persona_id: str,
    account_ids: Sequence[str],
    content_type: ContentType,
) -> list[str]:
    """These accounts, each once.

    Raises `Problem` where one is not the persona's, or its platform takes no such content.
    """
    flaws = []
    once = list(dict.fromkeys(account_ids))
    for account_id in once:
        account = accounts.get(tx, account_id)
        if account.persona_id != persona_id:
            raise Problem.not_found("account_not_found")
        publisher = workspace.publisher(account.platform)
        if FORMATS[content_type] not in publisher.limits.formats:
            known = ", ".join(publisher.limits.formats)
            values = {"format": FORMATS[content_type].value, "formats": known}
            flaws.append(Flaw("format_unknown", "content_type", values))
    if flaws:
        raise Problem(*flaws)
    return once


def _time(workspace: Workspace, tx: Tx, text: str | None, zone: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    at = parse_publish_time(text, zone, field="scheduled_at")
    check_publish_time(at, now=tx.now, min_lead=workspace.rules.min_lead, field="scheduled_at")
    return at


def _start(tx: Tx, enqueue: Enqueue, title: Title) -> Run | None:
    if not titles.mark_started(tx, title):
        return None
    run = runs.add(
        tx,
        persona_id=title.persona_id,
        account_ids=title.account_ids,
        content_type=title.content_type,
        about=title.title,
        title_id=title.id,
        created_by=title.created_by,
    )
    run_actions.enqueue(tx, enqueue, run)
    return run
