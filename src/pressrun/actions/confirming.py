"""Looking for a post whose publishing call has no outcome; nothing is sent here (DESIGN.md 5)."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from pressrun.actions import logins, outcomes
from pressrun.actions.base import Workspace
from pressrun.actions.publishing import load_draft
from pressrun.connectors.base import Draft, Intent, Login, Published, Publisher
from pressrun.domain.account import AccountStatus
from pressrun.domain.confirming import (
    ConfirmPolicy,
    LookAgain,
    NobodyKnows,
    Sighting,
    SurelyNotThere,
    after_look,
)
from pressrun.domain.failures import Reach
from pressrun.domain.post import PostStatus
from pressrun.store import accounts, attempts, posts
from pressrun.store.attempts import IntentRow
from pressrun.store.database import Tx
from pressrun.store.posts import Post

NO_LOGIN = timedelta(minutes=30)
"""How long to wait between looks while nobody is signed in; signing in looks at once."""

RECENT = timedelta(days=1)
"""Which of our other posts could be taken for the one that is looked for."""


@dataclass(frozen=True)
class Search:
    """What to look for, where, and as whom."""

    draft: Draft
    intent: Intent
    login: Login
    publisher: Publisher
    began_at: datetime


def begin_look(workspace: Workspace, *, post_id: str, version: int) -> Search | None:
    """What is to be looked for; None where the post is no longer looked for under this version."""
    with workspace.store.transaction() as tx:
        post = _sought(tx, post_id, version)
        if post is None:
            return None
        row = attempts.open_intent(tx, post_id)
        if row is None:
            # It failed before any call: the platform called it a duplicate of something we never sent.
            outcomes.surely_not_there(tx, post, post.failure, policy=workspace.rules.retry)
            return None
        return search_for(tx, workspace, post, row)


def search_for(tx: Tx, workspace: Workspace, post: Post, call: IntentRow) -> Search:
    """What to look for to find the effect of `call`."""
    publisher = workspace.publisher(accounts.get(tx, post.account_id).platform)
    return Search(
        draft=load_draft(tx, workspace, post, publisher),
        intent=Intent(call.name, call.evidence, call.sent_at, known_ids=_known_ids(tx, post, call)),
        login=logins.load(tx, post.account_id),
        publisher=publisher,
        began_at=tx.now,
    )


def _known_ids(tx: Tx, post: Post, call: IntentRow) -> frozenset[str]:
    since = call.sent_at - RECENT
    return posts.known_ids(tx, post.account_id, except_post=post.id, published_after=since)


def end_look(
    workspace: Workspace,
    sighting: Published | Sighting,
    *,
    post_id: str,
    version: int,
    looked_at: datetime,
    policy: ConfirmPolicy,
) -> None:
    """What the look means for the post. It says nothing about what happened after `looked_at`."""
    with workspace.store.transaction(flushed=True) as tx:
        post = _sought(tx, post_id, version)
        intent = attempts.open_intent(tx, post_id)
        if post is None or intent is None:
            return
        if isinstance(sighting, Published):
            attempts.end_intent(tx, intent.id, "published", asdict(sighting))
            if intent.completes:
                outcomes.published(tx, post, sighting)
            else:
                outcomes.goes_on(tx, post, sighting)
            return
        answered = intent.failure is not None and intent.failure.reach is Reach.ANSWERED
        meaning = after_look(
            sighting, sent_at=intent.sent_at, answered=answered, now=looked_at, policy=policy
        )
        match meaning:
            case LookAgain(at):
                posts.move_ready(tx, post, at, reason="outcome_unknown")
            case SurelyNotThere():
                attempts.end_intent(tx, intent.id, "not_there")
                outcomes.surely_not_there(tx, post, intent.failure, policy=workspace.rules.retry)
            case NobodyKnows() if _waits_for_login(tx, post):
                posts.move_ready(tx, post, looked_at + NO_LOGIN, reason="needs_reauth")
            case NobodyKnows():
                outcomes.doubted(tx, post)


def _waits_for_login(tx: Tx, post: Post) -> bool:
    """A person signs in soon, and then the platform can say what it could not be asked."""
    return accounts.get(tx, post.account_id).status is AccountStatus.NEEDS_REAUTH


def _sought(tx: Tx, post_id: str, version: int) -> Post | None:
    post = posts.get(tx, post_id)
    return post if post.status is PostStatus.CONFIRMING and post.version == version else None
