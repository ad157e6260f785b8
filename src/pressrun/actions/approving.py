"""Approval: who must say yes before content goes out, and what the decision sets in motion (promise 4)."""

from collections.abc import Sequence

from pressrun.actions.base import Caller, Workspace
from pressrun.actions.outcomes import settle_run
from pressrun.connectors.base import Draft
from pressrun.domain.caption import normal_hashtags
from pressrun.domain.content import ContentEvent, ContentStatus
from pressrun.domain.persona import ApprovalRule
from pressrun.domain.post import PostEvent, PostStatus, next_status
from pressrun.domain.problems import Problem
from pressrun.domain.run import RunStatus
from pressrun.domain.user import Right
from pressrun.store import accounts, contents, ledger, posts, runs
from pressrun.store.contents import Content
from pressrun.store.database import Tx
from pressrun.store.personas import Persona
from pressrun.store.posts import Post

_WAITING = (PostStatus.SCHEDULED, PostStatus.ARMED, PostStatus.RETRY_WAIT, PostStatus.HELD)
_ON_ITS_WAY = (PostStatus.PUBLISHING, PostStatus.CONFIRMING, PostStatus.UNCONFIRMED)


def approve_or_submit(
    tx: Tx, content: Content, persona: Persona, *, by: Caller, concerns: Sequence[str] = ()
) -> Content:
    """Approved where the rule lets it pass or the caller may approve; else it waits for a person.

    `concerns` are what automatic checks found; the rule `checks` asks a person only where there are any.
    """
    passes = persona.approval is ApprovalRule.NEVER or (
        persona.approval is ApprovalRule.CHECKS and not concerns
    )
    decided_by_person = by.user_id is not None and by.may(Right.APPROVE)
    if passes or decided_by_person:
        return contents.approve(tx, content, decided_by=by.user_id)
    if content.status is ContentStatus.IN_REVIEW:
        return content
    return contents.change(tx, content, ContentEvent.SUBMITTED)


def approve(workspace: Workspace, caller: Caller, content_id: str, *, note: str = "") -> Content:
    """Approves exactly what is there now; its posts go out at their time. Raises `Problem` 404, 409."""
    caller.need(Right.APPROVE)
    with workspace.store.transaction() as tx:
        content = contents.approve(tx, contents.get(tx, content_id), decided_by=caller.user_id, note=note)
        for post in posts.of_content(tx, content_id):
            if post.status is PostStatus.AWAITING_APPROVAL:
                due = {"due_at": post.due_at.isoformat()}
                posts.change(tx, post, PostEvent.APPROVED, note=due, ready_at=max(post.due_at, tx.now))
            elif post.status is PostStatus.HELD and post.status_reason == "not_approved":
                posts.change(tx, post, PostEvent.RESUMED, ready_at=max(post.due_at, tx.now))
        _let_run_publish(tx, content)
        return content


def reject(workspace: Workspace, caller: Caller, content_id: str, *, note: str) -> Content:
    """Sends content back with a reason; its posts are called off. Raises `Problem` 404, 409, 422."""
    caller.need(Right.APPROVE)
    if not note.strip():
        raise Problem.invalid("note_missing", field="note")
    with workspace.store.transaction() as tx:
        content = contents.change(
            tx,
            contents.get(tx, content_id),
            ContentEvent.REJECTED,
            note=note.strip(),
            decided_by=caller.user_id,
            decided_at=tx.now,
        )
        for post in posts.of_content(tx, content_id):
            if post.status is PostStatus.AWAITING_APPROVAL:
                settle_run(tx, posts.change(tx, post, PostEvent.REJECTED))
        return content


def edit(
    workspace: Workspace, caller: Caller, content_id: str, *, caption: str, hashtags: Sequence[str]
) -> Content:
    """Says something else; what was approved asks again (promise 4). Raises `Problem` 404, 409, 422.

    Refused while a post is on its way, or looked for by its text.
    """
    caller.need(Right.WRITE)
    tags = normal_hashtags(hashtags)
    with workspace.store.transaction() as tx:
        content = contents.get(tx, content_id)
        for post in posts.of_content(tx, content_id):
            if post.status in _ON_ITS_WAY:
                next_status(post.status, PostEvent.EDITED)
            _check_text(tx, workspace, post, caption, tags)
            if post.status in _WAITING and content.status is ContentStatus.APPROVED:
                ledger.give_back(tx, post.id)
                posts.change(tx, post, PostEvent.EDITED)
        return contents.edit(tx, content, caption=caption, hashtags=tags, asset_ids=content.asset_ids)


def _check_text(tx: Tx, workspace: Workspace, post: Post, caption: str, hashtags: tuple[str, ...]) -> None:
    publisher = workspace.publisher(accounts.get(tx, post.account_id).platform)
    draft = Draft(post_id=post.id, format=post.format, caption=caption, hashtags=hashtags, media=())
    flaws = [flaw for flaw in publisher.check(draft) if flaw.field in ("caption", "hashtags")]
    if flaws:
        raise Problem(*flaws)


def _let_run_publish(tx: Tx, content: Content) -> None:
    if content.run_id is None:
        return
    run = runs.get(tx, content.run_id)
    if run.status is RunStatus.AWAITING_APPROVAL:
        runs.change(tx, run, RunStatus.PUBLISHING)
