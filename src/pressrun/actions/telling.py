"""Telling people through their channels what happened; what waits goes in one message (S2.7 to S2.9)."""

from dataclasses import dataclass
from datetime import timedelta

from anyio.to_thread import run_sync

from pressrun.actions.base import Caller, Workspace
from pressrun.domain.failures import Failure, Misconfigured
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.telling import Letter, Notice, letter, next_try, page_about
from pressrun.domain.user import Right
from pressrun.store import channels
from pressrun.store.channels import Channel, Due
from pressrun.store.database import Store
from pressrun.store.notifications import Notification

BATCH = 500
CLAIMED_FOR = timedelta(minutes=10)
"""A message whose process died is sent after this: once too often is better than never."""


@dataclass(frozen=True)
class Sending:
    """A message on its way to one channel."""

    due: Due
    letter: Letter


def add_channel(
    workspace: Workspace, caller: Caller, *, name: str, address: str, language: Language
) -> Channel:
    """A new channel. Raises `Problem` `channel_address_unknown` where nobody's service has such addresses."""
    caller.need(Right.ADMIN)
    service = _service(workspace, address)
    with workspace.store.transaction() as tx:
        return channels.add(tx, name=name.strip() or service, address=address.strip(), language=language)


def switch_channel(workspace: Workspace, caller: Caller, channel_id: str, *, enabled: bool) -> Channel:
    """Switches a channel on or off. Raises `Problem` (404)."""
    caller.need(Right.ADMIN)
    with workspace.store.transaction() as tx:
        channels.get(tx, channel_id)
        return channels.switch(tx, channel_id, enabled=enabled)


def remove_channel(workspace: Workspace, caller: Caller, channel_id: str) -> None:
    """Forgets a channel. Raises `Problem` (404)."""
    caller.need(Right.ADMIN)
    with workspace.store.transaction() as tx:
        channels.get(tx, channel_id)
        channels.remove(tx, channel_id)


async def try_channel(workspace: Workspace, caller: Caller, channel_id: str) -> Channel:
    """Sends a message that says only that it arrives. Raises `Problem` 404, 503 `channel_silent`."""
    caller.need(Right.ADMIN)
    channel, address = await run_sync(_channel, workspace.store, channel_id)
    notifier = await run_sync(workspace.notifier)
    test = letter(
        [Notice("channel_works", {}, "/notifications")], channel.language, own_url=workspace.rules.own_url
    )
    try:
        await notifier.tell(address, title=test.title, text=test.text)
    except Failure as failure:
        await run_sync(_note, workspace.store, channel, failure)
        raise Problem.unavailable("channel_silent", said=failure.answer.message) from failure
    await run_sync(_note, workspace.store, channel, None)
    return (await run_sync(_channel, workspace.store, channel_id))[0]


def claim_due(workspace: Workspace) -> list[Sending]:
    """The messages to send now, one for each channel that has waited long enough."""
    rules = workspace.rules
    with workspace.store.transaction() as tx:
        channels.plan_deliveries(tx, limit=BATCH)
        sending = []
        for channel in channels.lock_enabled(tx):
            last = channels.last_sent_at(tx, channel.id)
            due = channels.due(tx, channel)
            if due is None or (last is not None and tx.now - last < rules.notify_every):
                continue
            channels.put_off(tx, due, tx.now + CLAIMED_FOR, tries=due.tries + 1)
            notices = [_notice(each) for each in due.notifications]
            sending.append(Sending(due, letter(notices, channel.language, own_url=rules.own_url)))
        return sending


def sent(store: Store, sending: Sending) -> None:
    """It arrived."""
    with store.transaction() as tx:
        channels.end(tx, sending.due, "sent")
        channels.set_trouble(tx, sending.due.channel.id, "")


def not_sent(store: Store, sending: Sending, failure: Failure) -> None:
    """It did not go out: it is tried again a few times, and the channel says what is wrong."""
    tries = sending.due.tries + 1
    wait = None if isinstance(failure, Misconfigured) else next_try(tries)
    with store.transaction() as tx:
        if wait is None:
            channels.end(tx, sending.due, "given_up")
        else:
            channels.put_off(tx, sending.due, tx.now + wait, tries=tries)
    _note(store, sending.due.channel, failure)


def _channel(store: Store, channel_id: str) -> tuple[Channel, str]:
    with store.read() as tx:
        return channels.get(tx, channel_id), channels.address_of(tx, channel_id)


def _notice(notification: Notification) -> Notice:
    path = page_about(
        post_id=notification.post_id, run_id=notification.run_id, account_id=notification.account_id
    )
    return Notice(notification.code, notification.values, path)


def _service(workspace: Workspace, address: str) -> str:
    try:
        return workspace.notifier().service(address.strip())
    except Misconfigured as failure:
        raise Problem.invalid(
            "channel_address_unknown", field="address", said=failure.answer.message
        ) from failure


def _why(failure: Failure | None) -> str:
    return "" if failure is None else failure.answer.message or str(failure)


def _note(store: Store, channel: Channel, failure: Failure | None) -> None:
    with store.transaction() as tx:
        channels.set_trouble(tx, channel.id, _why(failure))
