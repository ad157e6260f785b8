"""The last look at posts before they are due: what a person must mend is told while there is time (S2.9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pressrun.actions import logins, media, publishing
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Draft, Login, Publisher
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure
from pressrun.domain.problems import Flaw
from pressrun.store import accounts, assets, attempts, contents, notifications, posts
from pressrun.store.database import Store
from pressrun.store.posts import Post

BATCH = 50
LOOK = "preflight"
"""What is kept with a post that was looked at, so that it is looked at once."""

_ABOUT_FILES = ("asset_ids", "file")


@dataclass(frozen=True)
class Coming:
    """A post that is due soon, and everything a look at it needs."""

    post: Post
    asset_ids: tuple[str, ...]
    names: Mapping[str, str]
    handle: str
    login: Login
    publisher: Publisher


def claim(workspace: Workspace, *, within: timedelta) -> list[Coming]:
    """The posts that are due within this time and were not looked at yet; nobody else looks at them now."""
    with workspace.store.transaction() as tx:
        coming = []
        for post in posts.coming(
            tx, until=tx.now + within, looked_at=LOOK, since=tx.now - within, limit=BATCH
        ):
            content = contents.get(tx, post.content_id)
            attempts.keep(tx, post.id, content.hash, LOOK, {"due_at": post.due_at.isoformat()})
            account = accounts.get(tx, post.account_id)
            if account.status is AccountStatus.ACTIVE:
                names = {asset.id: asset.name for asset in assets.get_all(tx, content.asset_ids)}
                login = logins.load(tx, account.id)
                publisher = workspace.publisher(account.platform)
                coming.append(Coming(post, content.asset_ids, names, account.handle, login, publisher))
        return coming


def look_again(store: Store, coming: Coming) -> None:
    """The look could not be finished, for a reason that passes: the next round looks again."""
    with store.transaction() as tx:
        attempts.forget(tx, coming.post.id, (LOOK,))


def drop_damaged(workspace: Workspace, coming: Coming) -> None:
    """Deletes prepared files that are not as large as they were made, so that they are made again."""
    with workspace.store.read() as tx:
        draft = publishing.load_draft(tx, workspace, coming.post, coming.publisher)
    for file in draft.media:
        path = file.path
        if path is not None and path.is_file() and path.stat().st_size != file.facts.size:
            path.unlink()


def draft_of(workspace: Workspace, coming: Coming) -> Draft:
    """The post as it would be sent now."""
    with workspace.store.read() as tx:
        return publishing.load_draft(tx, workspace, coming.post, coming.publisher)


def tell(store: Store, coming: Coming, flaws: Sequence[Flaw]) -> None:
    """A person is told what is wrong with the post; it stays as it is, and its time too."""
    with store.transaction() as tx:
        post = posts.find(tx, coming.post.id)
        if post is None or post.status is not coming.post.status or post.due_at != coming.post.due_at:
            return
        code, values = _notice(coming, flaws[0])
        notifications.add(
            tx, code=code, severity="attention", values=values, post_id=post.id, account_id=post.account_id
        )


def tell_fallback(workspace: Workspace, coming: Coming, trouble: Failure) -> None:
    """The post keeps that its media will be fetched from this machine."""
    with workspace.store.transaction() as tx:
        media.tell_fallback(tx, coming.post.id, workspace.media_store.name, trouble)


def _notice(coming: Coming, flaw: Flaw) -> tuple[str, dict[str, Any]]:
    """About a file its name and what to do about it; about anything else what the check itself says."""
    if flaw.field not in _ABOUT_FILES:
        return flaw.code, dict(flaw.values)
    which = int(flaw.values.get("which", 1))
    of_place = coming.asset_ids[which - 1] if 0 < which <= len(coming.asset_ids) else ""
    name = flaw.values.get("name") or coming.names.get(of_place, "")
    return "file_unusable_soon", {"name": name, "handle": coming.handle}
