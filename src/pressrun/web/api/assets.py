"""`/api/assets`: files that posts are made of."""

from datetime import datetime
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from pressrun.actions import assets as actions
from pressrun.domain.media import MediaKind
from pressrun.store import assets
from pressrun.store.assets import Asset
from pressrun.web.auth import Reader, Writer
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.forms import Note
from pressrun.web.openapi import EVERYWHERE
from pressrun.web.pagination import WantedPage
from pressrun.web.uploads import UploadRoute, received

router = APIRouter(prefix="/api/assets", tags=["assets"], responses=EVERYWHERE, route_class=UploadRoute)

_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "alt_text": {"type": "string", "maxLength": 1000},
                    },
                }
            }
        },
    }
}


class AssetAnswer(BaseModel):
    """A file: pixels as displayed, `duration` in seconds."""

    id: str
    kind: MediaKind
    mime: str
    width: int | None
    height: int | None
    duration: float | None
    bytes: int
    url: str
    thumbnail_url: str | None
    name: str
    alt_text: str
    created_at: datetime


class AssetList(BaseModel):
    """One page of files."""

    items: list[AssetAnswer]
    next_cursor: str | None


class AltText(BaseModel):
    """What a person who can't see the file is told."""

    alt_text: Note


@router.post("", status_code=201, openapi_extra=_UPLOAD_BODY)
async def upload(visitor: Writer, request: Request, workspace: InWorkspace) -> AssetAnswer:
    """Takes in one file; the same file twice is the same asset."""
    file = await received(request)

    def keep() -> Asset:
        alt_text = file.fields.get("alt_text", "")
        return actions.keep(workspace, file.file, name=file.name, alt_text=alt_text)

    return asset_answer(await run_sync(keep))


@router.get("")
def list_assets(
    visitor: Reader, store: InStore, page: WantedPage, kind: Annotated[MediaKind | None, Query()] = None
) -> AssetList:
    """Files, newest first."""
    with store.read() as tx:
        found = assets.listed(tx, kind=kind, limit=page.limit + 1, after=page.after)
    items, cursor = page.cut(found, lambda asset: (asset.created_at, asset.id))
    return AssetList(items=[asset_answer(asset) for asset in items], next_cursor=cursor)


@router.get("/{asset_id}")
def get_asset(visitor: Reader, store: InStore, asset_id: str) -> AssetAnswer:
    """One file."""
    with store.read() as tx:
        return asset_answer(assets.get(tx, asset_id))


@router.put("/{asset_id}")
def change_asset(visitor: Writer, store: InStore, asset_id: str, wanted: AltText) -> AssetAnswer:
    """Changes the alt text of a file."""
    with store.transaction() as tx:
        assets.get(tx, asset_id)
        return asset_answer(assets.set_alt_text(tx, asset_id, wanted.alt_text))


@router.get("/{asset_id}/file", response_class=FileResponse)
def get_file(visitor: Reader, workspace: InWorkspace, asset_id: str) -> Any:
    """The bytes of a file; takes `Range`."""
    asset, path = actions.file_of(workspace, asset_id)
    return FileResponse(
        path,
        media_type=asset.facts.mime,
        filename=asset.name,
        content_disposition_type="inline",
        headers=_FOREVER,
    )


@router.get("/{asset_id}/thumbnail", response_class=FileResponse)
def get_thumbnail(visitor: Reader, workspace: InWorkspace, asset_id: str) -> Any:
    """A small JPEG of an image, or of a moment of a video."""
    path = actions.thumbnail_of(workspace, asset_id)
    return FileResponse(path, media_type="image/jpeg", headers=_FOREVER)


def asset_answer(asset: Asset) -> AssetAnswer:
    """An asset as the API shows it."""
    facts = asset.facts
    address = f"/api/assets/{asset.id}"
    return AssetAnswer(
        id=asset.id,
        kind=facts.kind,
        mime=facts.mime,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        bytes=facts.size,
        url=f"{address}/file",
        thumbnail_url=f"{address}/thumbnail" if actions.has_thumbnail(facts) else None,
        name=asset.name,
        alt_text=asset.alt_text,
        created_at=asset.created_at,
    )
