"""Finding the links of posts that are published but could not be listed yet (DESIGN.md 5)."""

from datetime import timedelta

import structlog

from pressrun.actions import linking
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Published
from pressrun.domain.failures import Failure
from pressrun.engine.durable import Durable

log = structlog.get_logger()

LOOK_FOR = timedelta(hours=24)


async def find_links(workspace: Workspace, durable: Durable) -> None:
    """Asks once for each post whose link is missing. What is not found is asked for again later."""
    for search in await durable.call(linking.missing_links, workspace, published_within=LOOK_FOR):
        try:
            found = await search.publisher.find(search.draft, search.intent, search.login)
        except Failure as failure:
            log.info("link.not_found_yet", post=search.draft.post_id, failure=str(failure))
            continue
        if isinstance(found, Published) and found.external_id:
            await durable.call(linking.keep_link, workspace.store, search.draft.post_id, found)
