"""`/healthz`, `/readyz`, `/metrics` and the signed files of `/media`."""

import dataclasses
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry, Histogram

import makers
from pressrun.actions.base import Workspace
from pressrun.connectors.media_stores.local import LocalMediaStore
from pressrun.store.database import Store
from pressrun.store.migrate import VERSION_TABLE
from pressrun.web.app import create_app


def test_the_process_says_that_it_lives(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_it_is_ready_when_database_and_files_are(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "asset_folder": "ok"}}


def test_an_old_schema_and_a_lost_folder_are_not_ready(
    client: TestClient, store: Store, asset_folder: Path
) -> None:
    with store.transaction() as tx:
        tx.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '0000'"))
    shutil.rmtree(asset_folder)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "old_schema", "asset_folder": "not_writable"}


def test_metrics_count_posts_and_show_what_the_workers_measure(workspace: Workspace, store: Store) -> None:
    makers.make_post(store)
    registry = CollectorRegistry()
    lateness = Histogram("pressrun_lateness_seconds", "How late posts started.", registry=registry)
    lateness.observe(0.2)
    client = TestClient(create_app(workspace, metrics=registry, passwords=makers.CHEAP))
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'pressrun_posts{status="scheduled"} 1.0' in answer.text
    assert 'pressrun_posts{status="failed"} 0.0' in answer.text
    assert "pressrun_lateness_seconds_count 1.0" in answer.text


async def test_signed_files_are_for_whoever_has_the_address(
    workspace: Workspace, store: Store, tmp_path: Path
) -> None:
    files = LocalMediaStore(tmp_path / "media", "http://testserver", b"key", store.clock)
    source = tmp_path / "photo.jpg"
    source.write_bytes(makers.make_image())
    address = files.url(await files.put("a" * 64, source, "image/jpeg"))
    serving = dataclasses.replace(workspace, local_media=files)
    client = TestClient(create_app(serving, passwords=makers.CHEAP))
    answer = client.get(address)
    assert answer.content == source.read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"

    assert client.head(address).headers["content-length"] == str(len(answer.content))
    path = urlsplit(address).path
    for wrong in (f"{path}?expires=1&signature=x", path, f"{address}0", "/media/../secret.key"):
        refused = client.get(wrong)
        assert refused.status_code == 404, wrong


def test_a_media_store_elsewhere_serves_nothing_here(client: TestClient) -> None:
    assert client.get("/media/aa/bb.jpg?expires=1&signature=x").status_code == 404
