"""Reading the numbers of published posts whose time has come (S2.12)."""

import asyncio
from collections.abc import Mapping

import structlog

from pressrun.actions import measuring
from pressrun.actions.base import Workspace
from pressrun.actions.measuring import Look
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Failure
from pressrun.engine.durable import Durable

log = structlog.get_logger()


async def measure_posts(workspace: Workspace, durable: Durable) -> None:
    """Asks once for each post that is due; what could not be read is asked for again later."""
    looks = await durable.call(measuring.claim_due, workspace)
    await asyncio.gather(*(_measure(workspace, durable, look) for look in looks))


async def _measure(workspace: Workspace, durable: Durable, look: Look) -> None:
    try:
        seen = await look.publisher.measure(look.external_id, look.login)
    except Failure as failure:
        log.info("measure.failed", post=look.post.id, failure=str(failure))
        await durable.call(measuring.put_off, workspace.store, look, failure)
        return
    if isinstance(seen, Mapping):
        await durable.call(measuring.keep, workspace.store, look, seen)
    elif seen is Sighting.NOT_THERE:
        await durable.call(measuring.note_gone, workspace.store, look)
    else:
        await durable.call(measuring.put_off, workspace.store, look, None)
