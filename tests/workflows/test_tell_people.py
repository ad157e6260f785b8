"""Notices leave through every channel, grouped, each once; a channel in trouble says so (item 12)."""

import asyncio
from datetime import timedelta
from typing import cast

import pytest

from fakes import FakeNotifier
from makers import make_account, make_persona
from pressrun.actions import holding, telling
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.domain.failures import Answer, Misconfigured, Transient
from pressrun.domain.persona import Language
from pressrun.domain.post import HeldReason
from pressrun.domain.problems import Problem
from pressrun.engine.durable import Durable
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, channels, notifications
from pressrun.store.channels import Channel
from pressrun.workflows.tell_people import tell_people
from workflows.test_measure_posts import Direct


def tell(workspace: Workspace) -> None:
    asyncio.run(tell_people(workspace, cast(Durable, Direct())))


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return telling.add_channel(workspace, SYSTEM, name="", address="slack://abc", language=Language.KO)


def happen(workspace: Workspace, code: str = "run_failed") -> None:
    with workspace.store.transaction() as tx:
        notifications.add(tx, code=code, severity="failed", values={"topic": "몬스테라"})


def troubles(workspace: Workspace) -> list[str]:
    with workspace.store.read() as tx:
        return [each.trouble for each in channels.listed(tx)]


def test_what_happens_in_a_short_time_goes_in_one_message(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock, channel: Channel
) -> None:
    happen(workspace)
    tell(workspace)
    for _ in range(3):
        happen(workspace)
        tell(workspace)
    assert [title for _, title, _ in notifier.sent] == ["Pressrun 알림 1건"]

    clock.advance(timedelta(seconds=30))
    tell(workspace)
    tell(workspace)
    assert [title for _, title, _ in notifier.sent] == ["Pressrun 알림 1건", "Pressrun 알림 3건"]
    assert {address for address, _, _ in notifier.sent} == {"slack://abc"}


def test_a_suspended_account_is_told_with_the_link_to_it(
    workspace: Workspace, notifier: FakeNotifier, channel: Channel
) -> None:
    """S2.8: «페르소나 'OO' 계정 정지됨»."""
    account = make_account(workspace.store, make_persona(workspace.store, "Haru"))
    with workspace.store.transaction() as tx:
        holding.suspend_account(tx, accounts.get(tx, account.id))
    tell(workspace)
    (_, _, text) = notifier.sent[0]
    assert text.startswith("페르소나 ‘Haru’ 계정 정지됨.")
    assert text.endswith(f"/accounts/{account.id}")


def test_an_expired_login_is_told_once_however_many_posts_meet_it(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock, channel: Channel
) -> None:
    """S2.7: «계정 인증 만료, 재인증 필요»."""
    account = make_account(workspace.store)
    for _ in range(3):
        with workspace.store.transaction() as tx:
            holding.hold_account(tx, accounts.get(tx, account.id), HeldReason.NEEDS_REAUTH)
        tell(workspace)
        clock.advance(timedelta(minutes=1))
    assert len(notifier.sent) == 1


def test_a_channel_hears_nothing_of_what_was_before_it_and_nothing_while_it_is_off(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock
) -> None:
    happen(workspace)
    clock.advance(timedelta(seconds=1))
    made = telling.add_channel(workspace, SYSTEM, name="", address="slack://abc", language=Language.KO)
    telling.switch_channel(workspace, SYSTEM, made.id, enabled=False)
    happen(workspace)
    tell(workspace)
    assert notifier.sent == []


def test_a_message_that_does_not_go_out_is_sent_again_and_the_channel_says_why(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock, channel: Channel
) -> None:
    notifier.failure = Transient(answer=Answer(message="no route"))
    happen(workspace)
    tell(workspace)
    assert troubles(workspace) == ["no route"]
    notifier.failure = None
    tell(workspace)
    assert notifier.sent == []
    clock.advance(timedelta(minutes=1))
    tell(workspace)
    assert len(notifier.sent) == 1
    assert troubles(workspace) == [""]


def test_a_wrong_address_is_not_tried_again(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock, channel: Channel
) -> None:
    notifier.failure = Misconfigured(answer=Answer(message="bad token"))
    happen(workspace)
    tell(workspace)
    notifier.failure = None
    clock.advance(timedelta(hours=3))
    tell(workspace)
    assert notifier.sent == []
    assert troubles(workspace) == ["bad token"]


def test_a_message_whose_process_died_is_sent_by_the_next(
    workspace: Workspace, notifier: FakeNotifier, clock: MovableClock, channel: Channel
) -> None:
    happen(workspace)
    assert len(telling.claim_due(workspace)) == 1
    assert telling.claim_due(workspace) == []
    clock.advance(telling.CLAIMED_FOR)
    tell(workspace)
    assert len(notifier.sent) == 1


def test_an_address_that_no_service_knows_is_refused(workspace: Workspace) -> None:
    with pytest.raises(Problem) as refused:
        telling.add_channel(workspace, SYSTEM, name="", address="nonsense", language=Language.KO)
    assert (refused.value.code, refused.value.flaws[0].field) == ("channel_address_unknown", "address")
