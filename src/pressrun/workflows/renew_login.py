"""Renewing one login ahead of time, so that no post meets a dead one (S2.7)."""

from datetime import datetime

from pressrun.actions import logins
from pressrun.actions.base import Workspace
from pressrun.engine.durable import Durable


class RenewLogin:
    """The workflow `renew_login`; its arguments are those that `logins.claim_due` enqueues."""

    def __init__(self, workspace: Workspace, durable: Durable) -> None:
        self._workspace = workspace
        self._durable = durable

    async def __call__(self, account_id: str, planned: str) -> None:
        """Runs again from its beginning after a crash; a login that was renewed by then is left alone."""
        # A stop waits for it: a new token whose old one is used up must reach the disk.
        async with self._durable.in_flight():
            await logins.renew_ahead(self._workspace, account_id, planned=datetime.fromisoformat(planned))
