"""The Admin API of single assets: ping, look at one, delete. Basic auth, limited by the hour."""

import json
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pressrun.sandbox.cloudinary.answers import described, request_id
from pressrun.sandbox.cloudinary.assets import Assets
from pressrun.sandbox.cloudinary.clouds import Cloud, cloud_at
from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad, error_of_status, limit_headers
from pressrun.sandbox.standin import Sandbox

_USE = "admin"
_HOUR = timedelta(hours=1)


class AdminApi:
    """Every answer says how much of the hour's limit is left."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._assets = Assets(sandbox.records)

    async def ping(self, request: Request) -> Response:
        try:
            cloud = self._cloud(request)
            return JSONResponse({"status": "ok"}, headers=self._headers(cloud))
        except CloudinaryError as failure:
            return failure.response()

    async def resource(self, request: Request) -> Response:
        asked = request.path_params
        try:
            cloud = self._cloud(request)
            asset = self._assets.get(cloud.name, asked["resource_type"], asked["type"], asked["public_id"])
            if asset is None:
                return error_of_status(404, f"Resource not found - {asked['public_id']}")
            body = described(cloud, asset, self._sandbox.base_url(request))
            return JSONResponse(body, headers=self._headers(cloud))
        except CloudinaryError as failure:
            return failure.response()

    async def delete(self, request: Request) -> Response:
        asked = request.path_params
        try:
            cloud = self._cloud(request)
            deleted: dict[str, str] = {}
            for public_id in await _public_ids(request):
                asset = self._assets.get(cloud.name, asked["resource_type"], asked["type"], public_id)
                if asset is not None:
                    self._assets.remove(asset)
                deleted[public_id] = "deleted" if asset else "not_found"
            return JSONResponse({"deleted": deleted, "partial": False}, headers=self._headers(cloud))
        except CloudinaryError as failure:
            return failure.response()

    def _cloud(self, request: Request) -> Cloud:
        cloud = cloud_at(self._sandbox, request.path_params["cloud"])
        cloud.check_basic(request)
        cloud.check_open()
        if self._used(cloud) >= cloud.rule("admin_per_hour"):
            raise CloudinaryError(
                420, f"Rate Limit Exceeded. Limit of {cloud.rule('admin_per_hour')} reached."
            )
        self._sandbox.accounts.spend(cloud.account, _USE)
        return cloud

    def _used(self, cloud: Cloud) -> int:
        return self._sandbox.accounts.spent(cloud.account, _USE, within=_HOUR)

    def _headers(self, cloud: Cloud) -> dict[str, str]:
        return limit_headers(cloud.rule("admin_per_hour"), self._used(cloud)) | request_id()


async def _public_ids(request: Request) -> list[str]:
    """From a JSON body, or from the query, once for each."""
    asked = [value for name, value in request.query_params.multi_items() if name.startswith("public_ids[")]
    try:
        sent = json.loads(await request.body() or b"{}")
    except ValueError as broken:
        raise bad("The request body is not valid JSON") from broken
    return [*asked, *map(str, sent.get("public_ids", []))]
