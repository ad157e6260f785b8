"""A data folder with accounts of the sandbox and approved image posts that are due now."""

import asyncio
import io
from pathlib import Path

import httpx
import sqlalchemy as sa
from PIL import Image

from pressrun import bootstrap
from pressrun.actions import assets, media
from pressrun.actions.base import Workspace
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.domain.post import Format, PostStatus
from pressrun.settings import Settings
from pressrun.store import accounts, contents, personas, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.database import Store, Tx
from pressrun.store.migrate import migrate

_post, _attempt = schema.post.c, schema.attempt.c


class Progress:
    """How far a house is, read from its database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def published(self) -> int:
        """How many posts are out."""
        return self.statuses().get(PostStatus.PUBLISHED.value, 0)

    def statuses(self) -> dict[str, int]:
        """How many posts stand in each status."""
        with self._store.read() as tx:
            rows = tx.rows(sa.select(_post.status, sa.func.count().label("count")).group_by(_post.status))
        return {row["status"]: row["count"] for row in rows}

    def seconds(self) -> float:
        """From the first attempt to the last post that is out."""
        with self._store.read() as tx:
            first = tx.value(sa.select(sa.func.min(_attempt.started_at)))
            last = tx.value(sa.select(sa.func.max(_post.published_at)))
        return (last - first).total_seconds()


def fill(folder: Path, port: int, sandbox_url: str, *, posts: int, accounts: int) -> Store:
    """Makes everything, with the picture prepared as it is at scheduling time; answers the database."""
    settings = Settings(data=folder, sandbox_url=sandbox_url, port=port)
    migrate(bootstrap.open_store(settings).engine)
    house = bootstrap.build(settings)
    asset_id = assets.store_file(house.workspace, _jpeg(), name="picture.jpg").id
    _prepare(house.workspace, asset_id)
    store = house.workspace.store
    made = [_account(store, sandbox_url, number) for number in range(accounts)]
    with store.transaction() as tx:
        for number in range(posts):
            _post_of(tx, made[number % accounts], number, asset_id)
    return store


def _prepare(workspace: Workspace, asset_id: str) -> None:
    asyncio.run(media.prepare(workspace, workspace.publisher("instagram"), Format.FEED, [asset_id]))


def _account(store: Store, sandbox_url: str, number: int) -> Account:
    asked = {"platform": "instagram", "handle": f"bench{number}"}
    made = httpx.post(f"{sandbox_url}/_sandbox/accounts", json=asked).raise_for_status().json()
    with store.transaction() as tx:
        persona = personas.add(
            tx,
            name=f"Persona {number}",
            language=Language.KO,
            timezone="Asia/Seoul",
            approval=ApprovalRule.NEVER,
        )
        return accounts.add(
            tx,
            persona_id=persona.id,
            platform="instagram",
            external_id=made["account_id"],
            handle=made["handle"],
            credentials=made["credentials"],
        )


def _post_of(tx: Tx, account: Account, number: int, asset_id: str) -> None:
    content = contents.add(
        tx, persona_id=account.persona_id, caption=f"post {number}", hashtags=(), asset_ids=[asset_id]
    )
    contents.approve(tx, content, decided_by=None)
    posts.add(
        tx,
        content_id=content.id,
        account_id=account.id,
        persona_id=account.persona_id,
        format=Format.FEED,
        status=PostStatus.SCHEDULED,
        due_at=tx.now,
        scheduled_by_time=True,
    )


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 640), "#336699").save(buffer, "JPEG")
    return buffer.getvalue()
