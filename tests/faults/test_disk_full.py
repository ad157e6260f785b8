"""The disk is full: said plainly, nothing half written, and all well once there is room."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy import event

import makers
from pressrun.store import schema
from pressrun.store.accounts import Account
from pressrun.store.database import Store

PUBLISH = "/api/workflow/publish"


def count(store: Store) -> dict[str, int]:
    tables = (schema.post, schema.content, schema.event)
    with store.read() as tx:
        return {table.name: tx.value(sa.select(sa.func.count()).select_from(table)) for table in tables}


@contextmanager
def no_room(store: Store) -> Iterator[None]:
    """The database file may not grow any more."""

    def full(connection: Any, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(store.engine, "connect", full)
    store.engine.dispose()
    yield
    event.remove(store.engine, "connect", full)
    store.engine.dispose()


def post_of(account: Account, number: int) -> dict[str, Any]:
    return {"account_id": account.id, "caption": f"{number} " + "가" * 2000}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("language", "text"),
    [("ko", "디스크가 가득 차서 저장하지 못했어요."), ("en", "The disk is full and nothing was saved.")],
)
def test_a_full_database_takes_whole_posts_or_none(
    bob: TestClient, store: Store, language: str, text: str
) -> None:
    account = makers.make_account(store)
    headers = {"Accept-Language": language}
    with no_room(store):
        accepted = 0
        # What room is left inside the file fills up first.
        while (answer := bob.post(PUBLISH, json=post_of(account, accepted), headers=headers)).is_success:
            accepted += 1
            assert accepted < 100
        assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
        assert answer.json()["title"] == text
        before = count(store)
        assert before["post"] == before["content"] == accepted
        assert bob.post(PUBLISH, json=post_of(account, accepted)).status_code == 507
        assert count(store) == before
        assert len(bob.get("/api/posts", params={"limit": 100}).json()["items"]) == accepted
    assert bob.post(PUBLISH, json=post_of(account, accepted)).status_code == 202
    assert count(store)["post"] == accepted + 1


def test_media_that_finds_no_room_is_not_half_kept(
    bob: TestClient, store: Store, asset_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, photo = makers.make_account(store), makers.make_asset(store, asset_folder)
    wanted = {"account_id": account.id, "asset_ids": [photo.id]}

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    def other_disk(source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    with monkeypatch.context() as broken:
        broken.setattr(os, "link", other_disk)
        broken.setattr(shutil, "copyfile", full)
        answer = bob.post(PUBLISH, json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert count(store)["post"] == 0
    assert bob.post(PUBLISH, json=wanted).status_code == 202
    prepared = [path for path in asset_folder.rglob("*") if path.is_file()]
    assert all(path.read_bytes() != b"half" for path in prepared)
