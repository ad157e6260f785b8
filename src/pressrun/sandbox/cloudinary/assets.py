"""What is stored: one record for each asset, its bytes among the sandbox's media files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.state import Records

_KIND = "cloudinary_asset"


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One stored file. `format` is empty for raw files, whose `public_id` has the ending in it."""

    cloud: str
    resource_type: str
    type: str
    public_id: str
    asset_id: str
    version: int
    format: str
    sha256: str
    md5: str
    mime: str
    bytes: int
    created_at: datetime
    ready_at: datetime
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    tags: tuple[str, ...] = ()
    context: dict[str, str] = field(default_factory=dict)
    folder: str = ""
    display_name: str = ""
    original_filename: str = ""
    failed: bool = False
    """Whether processing it comes to nothing."""

    @property
    def key(self) -> str:
        return _key(self.cloud, self.resource_type, self.type, self.public_id)

    @property
    def path(self) -> str:
        """Where it is delivered, from the host on."""
        ending = f".{self.format}" if self.format else ""
        place = f"{self.cloud}/{self.resource_type}/{self.type}/v{self.version}"
        return f"/cloudinary-res/{place}/{quote(self.public_id)}{ending}"


class Assets:
    """Assets by cloud, resource type, type and public id."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, cloud: str, resource_type: str, type_: str, public_id: str) -> Asset | None:
        body = self._records.get(_KIND, _key(cloud, resource_type, type_, public_id))
        return _asset(body) if body else None

    def save(self, asset: Asset, *, before: Asset | None) -> Asset:
        """Keeps an asset in the place of `before`: the same asset in a newer version."""
        if before is not None:
            version = max(asset.version, before.version + 1)
            asset = replace(asset, asset_id=before.asset_id, created_at=before.created_at, version=version)
        body = asdict(asset) | {
            "created_at": asset.created_at.isoformat(),
            "ready_at": asset.ready_at.isoformat(),
        }
        self._records.put(_KIND, asset.key, body, owner=asset.cloud)
        return asset

    def remove(self, asset: Asset) -> None:
        self._records.delete(_KIND, asset.key)

    def of(self, account: Account) -> list[Asset]:
        return [_asset(record.body) for record in self._records.every(_KIND, owner=account.account_id)]


def _key(cloud: str, resource_type: str, type_: str, public_id: str) -> str:
    return f"{cloud}/{resource_type}/{type_}/{public_id}"


def _asset(body: Mapping[str, Any]) -> Asset:
    times = {name: datetime.fromisoformat(body[name]) for name in ("created_at", "ready_at")}
    return Asset(**{**body, **times, "tags": tuple(body["tags"])})
