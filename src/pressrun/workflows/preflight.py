"""Looking at posts minutes before they are due: their files, where these lie, their login (S2.9)."""

from datetime import timedelta

import structlog

from pressrun.actions import logins, media, preflight
from pressrun.actions.base import Workspace
from pressrun.actions.preflight import Coming
from pressrun.actions.storing import Moment
from pressrun.domain.failures import Failure, LoginExpired
from pressrun.domain.problems import Flaw, Problem
from pressrun.engine.durable import Durable

log = structlog.get_logger()


async def look_ahead(workspace: Workspace, durable: Durable, *, within: timedelta) -> None:
    """Looks once at every post that is due within this time."""
    for coming in await durable.call(preflight.claim, workspace, within=within):
        await _look_at_files(workspace, durable, coming)
        await _look_at_login(workspace, coming)


async def _look_at_files(workspace: Workspace, durable: Durable, coming: Coming) -> None:
    try:
        flaws = await _flaws(workspace, durable, coming)
    except Failure as failure:
        # Nothing is lost: the next round looks again, and the post itself bears what is still wrong when due.
        log.info("preflight.unfinished", post=coming.post.id, failure=str(failure))
        await durable.call(preflight.look_again, workspace.store, coming)
        return
    if flaws:
        await durable.call(preflight.tell, workspace.store, coming, flaws)


async def _flaws(workspace: Workspace, durable: Durable, coming: Coming) -> list[Flaw]:
    """What is wrong with the post by now. Files that were lost are made again, and lie where they should."""
    await durable.call(preflight.drop_damaged, workspace, coming)
    post = coming.post
    try:
        await media.prepare(
            workspace, coming.publisher, post.format, coming.asset_ids, post.options, moment=Moment.DUE
        )
    except Problem as problem:
        return list(problem.flaws)
    draft = await durable.call(preflight.draft_of, workspace, coming)
    for file in draft.media:
        if file.url and file.url != file.local_url:
            await _check_address(workspace, durable, coming, file.url)
    return list(coming.publisher.check(draft))


async def _check_address(workspace: Workspace, durable: Durable, coming: Coming, url: str) -> None:
    """Where the store does not answer, the files come home before the platform asks for them."""
    if workspace.reach is None:
        return
    try:
        await workspace.reach(url)
    except Failure as trouble:
        post = coming.post
        came_home = await media.bring_home(
            workspace, coming.publisher, post.format, coming.asset_ids, post.options
        )
        if came_home:
            await durable.call(preflight.tell_fallback, workspace, coming, trouble)


async def _look_at_login(workspace: Workspace, coming: Coming) -> None:
    """A token that is dead is renewed now; where that takes a person, they hear of it before it is due."""
    try:
        await coming.publisher.identify(coming.login.credentials)
    except LoginExpired:
        try:
            await logins.renew(workspace, coming.login)
        except Failure as failure:
            await logins.bear(workspace, coming.login, failure)
    except Failure as failure:
        # What it means for the account is decided when the post is due, and by what is true then.
        log.info("preflight.login_not_seen", post=coming.post.id, failure=str(failure))
