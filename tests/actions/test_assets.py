"""Files that Pressrun makes or fetches become assets, whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import makers
from pressrun.actions import assets
from pressrun.actions.base import Workspace
from pressrun.domain.problems import Problem
from pressrun.store.assets import get_all, listed
from pressrun.store.database import Store


def test_bytes_and_files_are_kept_alike(workspace: Workspace, tmp_path: Path) -> None:
    image = makers.make_image(300, 200)
    source = tmp_path / "made.jpg"
    source.write_bytes(image)
    from_bytes = assets.store_file(workspace, image, name="card.jpg", alt_text="A card")
    from_file = assets.store_file(workspace, source, name="other.jpg")
    assert from_file == from_bytes
    assert (from_bytes.facts.width, from_bytes.facts.height) == (300, 200)
    assert source.exists()
    _, path = assets.file_of(workspace, from_bytes.id)
    assert path.read_bytes() == image


def test_what_can_not_be_used_leaves_nothing(workspace: Workspace, store: Store) -> None:
    with pytest.raises(Problem) as refused:
        assets.store_file(workspace, b"no picture", name="x.jpg")
    assert refused.value.code == "media_broken"
    assert [path for path in workspace.asset_folder.rglob("*") if path.is_file()] == []
    with store.read() as tx:
        assert listed(tx) == []


def test_one_file_stored_many_times_at_once_is_one_asset(workspace: Workspace, store: Store) -> None:
    image = makers.make_image()
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: assets.store_file(workspace, image, name="a.jpg"), range(16)))
    assert len({asset.id for asset in kept}) == 1
    with store.read() as tx:
        assert len(listed(tx)) == 1


def test_what_an_earlier_start_was_receiving_is_cleared_away(workspace: Workspace) -> None:
    incoming = assets.receive(workspace.asset_folder)
    incoming.write(b"half a fi")
    incoming.close()
    assert incoming.path.exists()
    assets.open_folder(workspace.asset_folder)
    assert not incoming.path.exists()


def test_assets_come_in_the_order_asked_for_and_missing_ones_are_named(store: Store) -> None:
    first, second = makers.make_asset(store), makers.make_asset(store)
    with store.read() as tx:
        assert get_all(tx, [second.id, first.id]) == [second, first]
        with pytest.raises(Problem) as refused:
            get_all(tx, [first.id, "gone", "lost"])
    assert refused.value.status == 422
    assert [(flaw.field, flaw.values["asset_id"]) for flaw in refused.value.flaws] == [
        ("asset_ids", "gone"),
        ("asset_ids", "lost"),
    ]
