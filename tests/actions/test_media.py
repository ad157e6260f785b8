"""Prepared files go to the chosen store, and to this machine where that one fails (S0.2, S2.9)."""

import asyncio
import io
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from clips import MakeVideo
from fakes import FakeMediaStore, FakePublisher
from makers import make_account, make_asset, make_content, make_persona, make_post
from pressrun.actions import assets, media, publishing
from pressrun.actions.base import Workspace
from pressrun.actions.storing import Moment
from pressrun.connectors.base import Draft
from pressrun.domain import failures
from pressrun.domain.failures import (
    Failure,
    MediaBroken,
    MediaUnreachable,
    Misconfigured,
    RateLimited,
    Transient,
)
from pressrun.domain.media import MediaKind, VideoRules
from pressrun.domain.post import Format, PostEvent, PostStatus
from pressrun.domain.problems import Problem
from pressrun.store import posts, schema, stored_media
from pressrun.store.assets import Asset
from pressrun.store.database import Store
from pressrun.store.posts import Post
from pressrun.store.stored_media import prepared_path

TRIES = 3


@pytest.fixture
def chosen(workspace: Workspace) -> FakeMediaStore:
    store = workspace.media_store
    assert isinstance(store, FakeMediaStore)
    return store


@pytest.fixture
def own(workspace: Workspace) -> FakeMediaStore:
    store = workspace.local_media
    assert isinstance(store, FakeMediaStore)
    return store


@pytest.fixture
def photo(store: Store, asset_folder: Path) -> Asset:
    return make_asset(store, asset_folder)


async def prepare(
    workspace: Workspace, photo: Asset, moment: Moment = Moment.AHEAD
) -> tuple[str, Failure | None]:
    """The store the photo is in afterwards, and why."""
    publisher = workspace.publishers["instagram"]
    prepared = await media.prepare(workspace, publisher, Format.FEED, [photo.id], moment=moment)
    (file,) = prepared.files
    return file.store, prepared.trouble


async def test_a_file_is_stored_once(workspace: Workspace, chosen: FakeMediaStore, photo: Asset) -> None:
    assert await prepare(workspace, photo) == ("fake", None)
    assert await prepare(workspace, photo, Moment.DUE) == ("fake", None)
    assert chosen.asked == 1


async def test_many_who_prepare_the_same_file_at_once_get_the_same(
    workspace: Workspace, asset_folder: Path, photo: Asset
) -> None:
    every = await asyncio.gather(*(prepare(workspace, photo) for _ in range(8)))
    assert set(every) == {("fake", None)}
    file = prepared_path(asset_folder, photo.id, "instagram")
    assert file.read_bytes() == photo.path(asset_folder).read_bytes()
    assert list(file.parent.iterdir()) == [file]


async def test_a_prepared_file_is_there_whole_or_not_at_all(
    workspace: Workspace, asset_folder: Path, photo: Asset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another may read it, and the disk may be full in the middle of it."""
    await prepare(workspace, photo)
    file = prepared_path(asset_folder, photo.id, "instagram")
    whole = file.read_bytes()

    def tear(source: Path, target: Path) -> None:
        target.write_bytes(whole[:10])
        raise OSError("no space left on device")

    def refuse(source: Path, target: Path) -> None:
        raise OSError("this disk knows one name for a file")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copyfile", tear)
    forget(workspace, photo)
    with pytest.raises(OSError, match="no space"):
        await prepare(workspace, photo)
    assert file.read_bytes() == whole
    assert list(file.parent.iterdir()) == [file]


def forget(workspace: Workspace, photo: Asset) -> None:
    with workspace.store.transaction() as tx:
        tx.execute(sa.delete(schema.stored_media).where(schema.stored_media.c.asset_id == photo.id))


async def test_a_store_that_stumbles_is_asked_again(
    workspace: Workspace, chosen: FakeMediaStore, own: FakeMediaStore, photo: Asset
) -> None:
    chosen.failures = [Transient(), Transient()]
    assert await prepare(workspace, photo) == ("fake", None)
    assert (chosen.asked, own.asked) == (TRIES, 0)


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize(("trouble", "asked"), [(Transient, TRIES), (RateLimited, 1)])
async def test_a_store_that_can_not_be_reached_gives_way_to_this_machine(
    workspace: Workspace,
    chosen: FakeMediaStore,
    own: FakeMediaStore,
    photo: Asset,
    moment: Moment,
    trouble: type[Failure],
    asked: int,
) -> None:
    chosen.failures = [trouble() for _ in range(TRIES)]
    where, why = await prepare(workspace, photo, moment)
    assert (where, type(why)) == ("local", trouble)
    assert chosen.asked == asked
    path = stored_media.prepared_path(workspace.asset_folder, photo.id, "instagram")
    assert own.kept == {f"{photo.id}-instagram": path}


@pytest.mark.parametrize("moment", [Moment.NOW, Moment.DUE])
@pytest.mark.parametrize("trouble", [Misconfigured, MediaBroken])
async def test_what_waiting_would_not_mend_is_refused_ahead_and_borne_later(
    workspace: Workspace, chosen: FakeMediaStore, photo: Asset, trouble: type[Failure], moment: Moment
) -> None:
    chosen.failures = [trouble()]
    with pytest.raises(trouble):
        await prepare(workspace, photo, Moment.AHEAD)
    chosen.failures = [trouble()]
    where, why = await prepare(workspace, photo, moment)
    assert (where, type(why)) == ("local", trouble)


async def test_a_file_that_lies_here_is_good_enough_when_it_is_due(
    workspace: Workspace, chosen: FakeMediaStore, photo: Asset
) -> None:
    chosen.failures = [RateLimited()]
    await prepare(workspace, photo)
    before = chosen.asked
    assert await prepare(workspace, photo, Moment.DUE) == ("local", None)
    assert chosen.asked == before


async def test_before_it_is_due_the_chosen_store_gets_another_chance(
    workspace: Workspace, chosen: FakeMediaStore, photo: Asset
) -> None:
    chosen.failures = [RateLimited()]
    await prepare(workspace, photo)
    assert await prepare(workspace, photo) == ("fake", None)
    assert await prepare(workspace, photo, Moment.DUE) == ("fake", None)


async def test_this_machine_s_own_store_has_nothing_to_give_way_to(
    workspace: Workspace, own: FakeMediaStore, photo: Asset
) -> None:
    alone = replace(workspace, media_store=own)
    own.failures = [Misconfigured()]
    with pytest.raises(Misconfigured):
        await prepare(alone, photo, Moment.NOW)


async def test_where_both_fail_it_is_the_own_store_s_failure(
    workspace: Workspace, chosen: FakeMediaStore, own: FakeMediaStore, photo: Asset
) -> None:
    chosen.failures, own.failures = [RateLimited()], [Misconfigured()]
    with pytest.raises(Misconfigured):
        await prepare(workspace, photo)


async def test_bytes_that_a_platform_takes_itself_are_put_nowhere(
    workspace: Workspace, chosen: FakeMediaStore, photo: Asset
) -> None:
    class TakesBytes(FakePublisher):
        limits = replace(FakePublisher.limits, fetched=frozenset[MediaKind]())

    prepared = await media.prepare(workspace, TakesBytes(), Format.FEED, [photo.id])
    assert [file.store for file in prepared.files] == [media.KEPT_HERE]
    assert chosen.asked == 0


# Videos


class TakesReels(FakePublisher):
    """A platform of which only videos of three seconds and more are asked for, with the index in front."""

    limits = replace(
        FakePublisher.limits,
        video=VideoRules(10_000_000, (3.0, 60.0), needs_fast_start=True, fps=(23.0, 60.0)),
    )


@pytest.fixture
def film(workspace: Workspace, make_video: MakeVideo) -> Asset:
    """It must be changed for `TakesReels`: its index comes last."""
    return assets.store_file(workspace, make_video(4, front=False), name="film.mp4")


async def test_a_video_is_prepared_by_the_rules_of_its_format(workspace: Workspace, film: Asset) -> None:
    prepared = await media.prepare(workspace, TakesReels(), Format.REEL, [film.id])
    (file,) = prepared.files
    assert file.facts.video is not None
    assert file.facts.video.starts_fast
    path = stored_media.prepared_path(workspace.asset_folder, film.id, "instagram")
    assert path.stat().st_size == file.facts.size
    with workspace.store.read() as tx:
        (kept,) = stored_media.of_assets(tx, [film.id], stores=["fake"], purpose="instagram")
    assert kept.facts == file.facts


async def test_a_video_that_is_fine_is_the_same_file(workspace: Workspace, make_video: MakeVideo) -> None:
    film = await asyncio.to_thread(assets.store_file, workspace, make_video(4), name="film.mp4")
    prepared = await media.prepare(workspace, TakesReels(), Format.REEL, [film.id])
    assert prepared.files[0].facts == film.facts
    path = stored_media.prepared_path(workspace.asset_folder, film.id, "instagram")
    assert path.samefile(film.path(workspace.asset_folder))


async def test_a_video_from_before_pressrun_looked_inside_is_looked_at_now(
    workspace: Workspace, film: Asset
) -> None:
    with workspace.store.transaction() as tx:
        tx.execute(sa.update(schema.asset).values(video=None))
    prepared = await media.prepare(workspace, TakesReels(), Format.REEL, [film.id])
    assert prepared.files[0].facts.video is not None


async def test_what_is_wrong_with_a_file_is_said_by_its_name_and_place(
    workspace: Workspace, photo: Asset, make_video: MakeVideo
) -> None:
    short = await asyncio.to_thread(assets.store_file, workspace, make_video(1), name="blink.mp4")
    with pytest.raises(Problem) as refused:
        await media.prepare(workspace, TakesReels(), Format.CAROUSEL, [photo.id, short.id])
    (flaw,) = refused.value.flaws
    assert (flaw.code, flaw.field) == ("video_length", "asset_ids")
    assert (flaw.values["name"], flaw.values["which"]) == ("blink.mp4", 2)


async def test_a_picture_that_not_everybody_reads_alike_is_saved_anew(workspace: Workspace) -> None:
    image = io.BytesIO()
    Image.new("CMYK", (640, 480), (0, 200, 200, 0)).save(image, "JPEG")
    printed = await asyncio.to_thread(assets.store_file, workspace, image.getvalue(), name="print.jpg")
    await prepare(workspace, printed)
    path = stored_media.prepared_path(workspace.asset_folder, printed.id, "instagram")
    with Image.open(path) as made:
        assert made.mode == "RGB"


# What is sent


@pytest.fixture
def post(store: Store, photo: Asset) -> Post:
    persona = make_persona(store)
    content = make_content(store, persona, asset_ids=(photo.id,))
    account = make_account(store, persona)
    return make_post(store, account, content=content, status=PostStatus.PUBLISHING)


def draft(workspace: Workspace, post: Post) -> Draft:
    with workspace.store.read() as tx:
        now = posts.get(tx, post.id)
        return publishing.load_draft(tx, workspace, now, workspace.publishers["instagram"])


async def test_the_platform_is_sent_to_the_chosen_store(
    workspace: Workspace, photo: Asset, post: Post
) -> None:
    await prepare(workspace, photo)
    (file,) = draft(workspace, post).media
    assert file.url == f"https://fake.example/{photo.id}-instagram"
    assert file.local_url == ""
    assert file.path is not None
    assert file.path.is_file()
    assert not publishing.lies_at_home(workspace, draft(workspace, post))


async def test_after_a_fallback_it_is_sent_to_this_machine(
    workspace: Workspace, chosen: FakeMediaStore, photo: Asset, post: Post
) -> None:
    chosen.failures = [RateLimited()]
    await prepare(workspace, photo)
    (file,) = draft(workspace, post).media
    assert file.url == file.local_url == f"https://local.example/{photo.id}-instagram"
    assert publishing.lies_at_home(workspace, draft(workspace, post))


async def test_where_the_platform_could_not_fetch_from_the_store_it_is_sent_here(
    workspace: Workspace, photo: Asset, post: Post
) -> None:
    await prepare(workspace, photo)
    publisher = workspace.publishers["instagram"]
    assert await media.bring_home(workspace, publisher, Format.FEED, [photo.id])
    (file,) = draft(workspace, post).media
    assert file.url.startswith("https://fake.example/")
    with workspace.store.transaction() as tx:
        unreachable = failures.to_json(MediaUnreachable())
        posts.change(
            tx, posts.get(tx, post.id), PostEvent.RETRY_PLANNED, ready_at=tx.now, failure=unreachable
        )
    (file,) = draft(workspace, post).media
    assert file.url == f"https://local.example/{photo.id}-instagram"
    assert publishing.lies_at_home(workspace, draft(workspace, post))
    assert not await media.bring_home(workspace, publisher, Format.FEED, [photo.id])


async def test_there_is_nothing_to_bring_home_from_home(
    workspace: Workspace, own: FakeMediaStore, photo: Asset, post: Post
) -> None:
    alone = replace(workspace, media_store=own)
    await prepare(alone, photo)
    assert not await media.bring_home(alone, alone.publishers["instagram"], Format.FEED, [photo.id])
    assert not publishing.lies_at_home(alone, draft(alone, post))
