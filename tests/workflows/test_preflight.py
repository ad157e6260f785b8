"""Minutes before it is due a post is looked at once: what is lost is made again, the rest is told (S2.9)."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from fakes import FakeMediaStore, FakePublisher
from makers import make_account, make_asset, make_content, make_persona, make_post
from pressrun.actions import media
from pressrun.actions.base import Workspace
from pressrun.actions.storing import Moment
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import AccountSuspended, LoginExpired, MediaUnreachable, Transient
from pressrun.domain.messages import full_text
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.problems import Flaw
from pressrun.engine.durable import Durable
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, events, notifications, posts, stored_media
from pressrun.store.assets import Asset
from pressrun.store.database import Store
from pressrun.store.notifications import Notification
from pressrun.store.posts import Post
from pressrun.workflows.preflight import look_ahead

WITHIN = timedelta(minutes=10)


class Direct:
    """Calls at once what the engine would call in a thread."""

    async def call(self, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return function(*args, **named)


@pytest.fixture
def photo(store: Store, asset_folder: Path) -> Asset:
    return make_asset(store, asset_folder)


@pytest.fixture
def post(workspace: Workspace, store: Store, photo: Asset, clock: MovableClock) -> Post:
    """It is due in nine minutes, and its picture is prepared."""
    persona = make_persona(store)
    content = make_content(store, persona, asset_ids=(photo.id,))
    due_at = clock.now() + timedelta(minutes=9)
    made = make_post(store, make_account(store, persona), content=content, due_at=due_at)
    publisher = workspace.publishers["instagram"]
    asyncio.run(media.prepare(workspace, publisher, Format.FEED, [photo.id], moment=Moment.AHEAD))
    return made


def look(workspace: Workspace) -> None:
    asyncio.run(look_ahead(workspace, cast(Durable, Direct()), within=WITHIN))


def told(workspace: Workspace) -> list[Notification]:
    with workspace.store.read() as tx:
        return notifications.listed(tx)


def prepared(workspace: Workspace, photo: Asset) -> Path:
    return stored_media.prepared_path(workspace.asset_folder, photo.id, "instagram")


def status(workspace: Workspace, post: Post) -> PostStatus:
    with workspace.store.read() as tx:
        return posts.get(tx, post.id).status


def test_a_post_that_is_fine_is_looked_at_once_and_not_talked_about(
    workspace: Workspace, publisher: FakePublisher, post: Post, clock: MovableClock
) -> None:
    look(workspace)
    clock.advance(timedelta(minutes=1))
    look(workspace)
    assert len(publisher.identified) == 1
    assert told(workspace) == []
    assert status(workspace, post) is PostStatus.SCHEDULED


def test_a_post_that_is_not_due_soon_is_left_alone(
    workspace: Workspace, publisher: FakePublisher, store: Store, clock: MovableClock
) -> None:
    make_post(store, due_at=clock.now() + timedelta(minutes=11))
    look(workspace)
    assert publisher.identified == []


@pytest.mark.parametrize("damage", ["gone", "torn"])
def test_a_prepared_file_that_was_lost_is_made_again(
    workspace: Workspace, post: Post, photo: Asset, damage: str
) -> None:
    path = prepared(workspace, photo)
    whole = path.read_bytes()
    path.unlink()
    if damage == "torn":
        path.write_bytes(whole[:20])
    look(workspace)
    assert path.read_bytes() == whole
    assert told(workspace) == []


def test_a_file_that_can_not_be_made_again_is_named_before_the_post_is_due(
    workspace: Workspace, post: Post, photo: Asset, clock: MovableClock
) -> None:
    prepared(workspace, photo).unlink()
    photo.path(workspace.asset_folder).unlink()
    look(workspace)
    clock.advance(timedelta(minutes=1))
    look(workspace)
    (notice,) = told(workspace)
    assert (notice.code, notice.post_id) == ("file_unusable_soon", post.id)
    assert notice.at < post.due_at
    text = full_text(notice.code, "ko", notice.values)
    assert text.startswith("이미지 재생성 필요.")
    assert photo.name in text
    assert status(workspace, post) is PostStatus.SCHEDULED


def test_what_the_check_refuses_by_now_is_told(
    workspace: Workspace, publisher: FakePublisher, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    flaw = Flaw("caption_too_long", "caption", {"length": 300, "limit": 280})
    monkeypatch.setattr(publisher, "check", lambda draft: [flaw])
    look(workspace)
    (notice,) = told(workspace)
    assert (notice.code, notice.values) == ("caption_too_long", {"length": 300, "limit": 280})


def test_where_the_store_does_not_answer_the_files_come_home(
    workspace: Workspace, post: Post, photo: Asset
) -> None:
    asked = []

    async def unreachable(url: str) -> None:
        asked.append(url)
        raise MediaUnreachable(url=url)

    look(replace(workspace, reach=unreachable))
    assert asked == [f"https://fake.example/{photo.id}-instagram"]
    own = workspace.local_media
    assert isinstance(own, FakeMediaStore)
    assert list(own.kept) == [f"{photo.id}-instagram"]
    with workspace.store.read() as tx:
        kinds = [event.kind for event in events.newest(tx, [post.topic])]
    assert media.FELL_BACK in kinds
    assert told(workspace) == []


def test_what_passes_is_looked_at_again(
    workspace: Workspace, post: Post, photo: Asset, publisher: FakePublisher
) -> None:
    own, chosen = workspace.local_media, workspace.media_store
    assert isinstance(own, FakeMediaStore)
    assert isinstance(chosen, FakeMediaStore)
    prepared(workspace, photo).unlink()
    chosen.failures = [Transient() for _ in range(3)]
    own.failures = [Transient()]
    look(workspace)
    look(workspace)
    # The second look found the store well, so there is no third.
    look(workspace)
    assert len(publisher.identified) == 2
    assert prepared(workspace, photo).is_file()
    assert told(workspace) == []


def test_a_dead_login_is_known_before_the_post_is_due(
    workspace: Workspace, publisher: FakePublisher, post: Post
) -> None:
    publisher.failure = LoginExpired()
    look(workspace)
    with workspace.store.read() as tx:
        assert accounts.get(tx, post.account_id).status is AccountStatus.NEEDS_REAUTH
    assert status(workspace, post) is PostStatus.HELD
    assert [notice.code for notice in told(workspace)] == ["login_expired"]


@pytest.mark.parametrize("failure", [Transient(), AccountSuspended()])
def test_a_platform_that_says_anything_else_changes_nothing_yet(
    workspace: Workspace, publisher: FakePublisher, post: Post, failure: Any
) -> None:
    publisher.failure = failure
    look(workspace)
    assert status(workspace, post) is PostStatus.SCHEDULED
    assert told(workspace) == []
