"""Numbers are read on their schedule; a look never holds an account; a post that is gone is told (S2.12)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from fakes import FakePublisher
from makers import make_account, make_post
from pressrun.actions import outcomes
from pressrun.actions.base import Workspace
from pressrun.connectors.base import Published
from pressrun.domain.account import AccountStatus
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import LoginExpired, RateLimited, Transient
from pressrun.domain.post import PostStatus
from pressrun.engine.durable import Durable
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, metrics, notifications, posts
from pressrun.store.posts import Post
from pressrun.workflows.measure_posts import measure_posts


class Direct:
    """Calls at once what the engine would call in a thread."""

    async def call(self, function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)


def look(workspace: Workspace) -> None:
    asyncio.run(measure_posts(workspace, cast(Durable, Direct())))


def published(workspace: Workspace, *, external_id: str = "m1") -> Post:
    post = make_post(workspace.store, make_account(workspace.store), status=PostStatus.PUBLISHING)
    with workspace.store.transaction() as tx:
        return outcomes.published(tx, post, Published(external_id, "https://p.example/1"))


def read(workspace: Workspace, post: Post) -> Post:
    with workspace.store.read() as tx:
        return posts.get(tx, post.id)


def numbers(workspace: Workspace, post: Post) -> list[dict[str, int]]:
    with workspace.store.read() as tx:
        return [dict(each.values) for each in metrics.of_post(tx, post.id)]


def test_each_look_is_kept_and_plans_the_next(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock
) -> None:
    post = published(workspace)
    publisher.numbers = {"likes": 3}
    look(workspace)
    assert numbers(workspace, post) == []

    clock.advance(timedelta(hours=1))
    look(workspace)
    publisher.numbers = {"likes": 5}
    clock.advance(timedelta(hours=5))
    look(workspace)

    assert numbers(workspace, post) == [{"likes": 3}, {"likes": 5}]
    assert read(workspace, post).measure_at == post.published_at + timedelta(days=1)  # pyright: ignore[reportOptionalOperand]


def test_a_post_that_is_gone_raises_one_notice_and_is_asked_no_more(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock
) -> None:
    post = published(workspace)
    publisher.numbers = Sighting.NOT_THERE
    for _ in range(3):
        clock.advance(timedelta(hours=30))
        look(workspace)
    gone = read(workspace, post)
    assert (gone.status, gone.measure_at) == (PostStatus.PUBLISHED, None)
    assert gone.missing_since == post.published_at + timedelta(hours=30)  # pyright: ignore[reportOptionalOperand]
    with workspace.store.read() as tx:
        (notice,) = notifications.listed(tx)
    assert (notice.code, notice.post_id, notice.account_id) == ("post_disappeared", post.id, post.account_id)


@pytest.mark.parametrize(
    ("seen", "wait"),
    [
        (Transient(), timedelta(minutes=30)),
        (LoginExpired(), timedelta(minutes=30)),
        (Sighting.CANNOT_TELL, timedelta(minutes=30)),
    ],
)
def test_a_look_that_tells_nothing_is_repeated_and_hurts_nobody(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock, seen: Any, wait: timedelta
) -> None:
    post = published(workspace)
    publisher.numbers = seen
    clock.advance(timedelta(hours=1))
    look(workspace)
    assert read(workspace, post).measure_at == clock.now() + wait
    with workspace.store.read() as tx:
        assert accounts.get(tx, post.account_id).status is AccountStatus.ACTIVE
        assert notifications.listed(tx) == []


def test_a_rate_limit_says_when_to_ask_again(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock
) -> None:
    post = published(workspace)
    clock.advance(timedelta(hours=1))
    publisher.numbers = RateLimited(until=clock.now() + timedelta(hours=2))
    look(workspace)
    assert read(workspace, post).measure_at == clock.now() + timedelta(hours=2)


def test_a_look_whose_process_died_is_begun_anew(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock
) -> None:
    post = published(workspace)
    clock.advance(timedelta(hours=1))
    publisher.numbers = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        look(workspace)
    publisher.numbers = {"likes": 1}
    look(workspace)
    assert numbers(workspace, post) == []
    clock.advance(timedelta(minutes=10))
    look(workspace)
    assert numbers(workspace, post) == [{"likes": 1}]


def test_an_account_that_may_not_act_is_not_asked_about(
    workspace: Workspace, publisher: FakePublisher, clock: MovableClock
) -> None:
    post = published(workspace)
    with workspace.store.transaction() as tx:
        accounts.set_status(tx, accounts.get(tx, post.account_id), AccountStatus.SUSPENDED)
    clock.advance(timedelta(hours=1))
    look(workspace)
    assert numbers(workspace, post) == []
    assert read(workspace, post).measure_at == post.published_at + timedelta(hours=6)  # pyright: ignore[reportOptionalOperand]
