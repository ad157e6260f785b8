"""Sending what waits for each channel (S2.7 to S2.9, S4.1)."""

import structlog

from pressrun.actions import telling
from pressrun.actions.base import Workspace
from pressrun.domain.failures import Failure
from pressrun.engine.durable import Durable

log = structlog.get_logger()


async def tell_people(workspace: Workspace, durable: Durable) -> None:
    """Sends one message to each channel that has something to hear; what fails is sent again later."""
    for sending in await durable.call(telling.claim_due, workspace):
        # The library behind it is large: imported here, it would hold up posts that are due.
        notifier = await durable.call(workspace.notifier)
        try:
            await notifier.tell(sending.due.address, title=sending.letter.title, text=sending.letter.text)
        except Failure as failure:
            log.warning("channel.silent", channel=sending.due.channel.id, failure=str(failure))
            await durable.call(telling.not_sent, workspace.store, sending, failure)
        else:
            await durable.call(telling.sent, workspace.store, sending)
