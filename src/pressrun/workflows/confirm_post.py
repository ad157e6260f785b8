"""One look for a post whose publishing call has no outcome."""

import structlog

from pressrun.actions import confirming, logins
from pressrun.actions.base import Workspace
from pressrun.actions.confirming import Search
from pressrun.connectors.base import Login, Published
from pressrun.domain.confirming import ConfirmPolicy, Sighting
from pressrun.domain.failures import Failure, LoginExpired
from pressrun.engine.durable import Durable

log = structlog.get_logger()


class ConfirmPost:
    """The workflow `confirm_post`; its arguments are those that `claim_due` enqueues."""

    def __init__(self, workspace: Workspace, durable: Durable, policy: ConfirmPolicy) -> None:
        self._workspace = workspace
        self._durable = durable
        self._policy = policy

    async def __call__(self, post_id: str, version: int) -> None:
        """Asks the platform, reads only, and writes down what that means. Repeating it does no harm."""
        search = await self._durable.call(
            confirming.begin_look, self._workspace, post_id=post_id, version=version
        )
        if search is None:
            return
        sighting = await self._look(search)
        await self._durable.call(
            confirming.end_look,
            self._workspace,
            sighting,
            post_id=post_id,
            version=version,
            looked_at=search.began_at,
            policy=self._policy,
        )

    async def _look(self, search: Search) -> Published | Sighting:
        try:
            return await self._find(search)
        except Failure as failure:
            log.warning("look.failed", post=search.draft.post_id, failure=str(failure))
        except Exception:  # the step runner's edge: an answer we can't read tells nothing
            log.exception("look.broke", post=search.draft.post_id)
        return Sighting.CANNOT_TELL

    async def _find(self, search: Search) -> Published | Sighting:
        """Looks, with a fresh login where the one at hand is dead; without one nobody can look."""
        try:
            return await search.publisher.find(search.draft, search.intent, search.login)
        except LoginExpired:
            async with self._durable.in_flight():
                login = await self._renewed(search.login)
        return await search.publisher.find(search.draft, search.intent, login)

    async def _renewed(self, login: Login) -> Login:
        try:
            return await logins.renew(self._workspace, login)
        except Failure as failure:
            await logins.bear(self._workspace, login, failure)
            raise
