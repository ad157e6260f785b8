"""An asset as the API describes it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from pressrun.sandbox.cloudinary.assets import Asset
from pressrun.sandbox.cloudinary.clouds import Cloud
from pressrun.sandbox.cloudinary.signing import signature, string_to_sign


def described(cloud: Cloud, asset: Asset, base_url: str) -> dict[str, Any]:
    """The answer to an upload; its signature lets the caller check that it is ours."""
    signed = string_to_sign({"public_id": asset.public_id, "version": str(asset.version)}, 1)
    address = base_url + asset.path
    body: dict[str, Any] = {
        "asset_id": asset.asset_id,
        "public_id": asset.public_id,
        "version": asset.version,
        "version_id": f"{asset.md5[:16]}{asset.version:016x}",
        "signature": signature(signed, cloud.secret, cloud.rule("signature")),
        "resource_type": asset.resource_type,
        "created_at": _written(asset.created_at),
        "tags": list(asset.tags),
        "bytes": asset.bytes,
        "type": asset.type,
        "etag": asset.md5,
        "placeholder": False,
        "url": address,
        "secure_url": address,
        "asset_folder": asset.folder,
        "display_name": asset.display_name,
        "original_filename": asset.original_filename,
        "api_key": cloud.account.credentials["api_key"],
    }
    if asset.context:
        body["context"] = {"custom": asset.context}
    return body | _nature(asset)


def request_id() -> dict[str, str]:
    return {"x-request-id": uuid4().hex}


def _nature(asset: Asset) -> dict[str, Any]:
    facts = {
        "format": asset.format or None,
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _written(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
