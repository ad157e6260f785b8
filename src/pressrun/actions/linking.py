"""Links of published posts that the platform could not tell at once."""

from datetime import timedelta

from pressrun.actions.base import Workspace
from pressrun.actions.confirming import Search, search_for
from pressrun.connectors.base import Published
from pressrun.store import attempts, posts
from pressrun.store.database import Store

BATCH = 20


def missing_links(workspace: Workspace, *, published_within: timedelta) -> list[Search]:
    """What to look for: posts published lately of which we know neither id nor link."""
    with workspace.store.read() as tx:
        searches = []
        for post in posts.without_link(tx, published_after=tx.now - published_within, limit=BATCH):
            intent = attempts.last_intent(tx, post.id)
            if intent is not None:
                searches.append(search_for(tx, workspace, post, intent))
        return searches


def keep_link(store: Store, post_id: str, found: Published) -> None:
    """The post's id and link are known now."""
    with store.transaction() as tx:
        posts.set_link(tx, posts.get(tx, post_id), external_id=found.external_id, permalink=found.permalink)
