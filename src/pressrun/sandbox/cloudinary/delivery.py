"""Delivery: `/{cloud}/{resource_type}/{type}/[s--…--/][<steps>/][v<version>/]<public_id>[.<ending>]`."""

import asyncio
import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from pressrun.sandbox.cloudinary.assets import Asset, Assets
from pressrun.sandbox.cloudinary.clouds import Cloud, cloud_at
from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad
from pressrun.sandbox.cloudinary.inspecting import FORMATS
from pressrun.sandbox.cloudinary.signing import address_signature
from pressrun.sandbox.cloudinary.transforming import components_of, format_of, transformed
from pressrun.sandbox.standin import Sandbox

_VERSION = re.compile(r"v\d+")
_STEP = re.compile(r"[a-z]{1,2}_[^/]+")
_SIGNED = re.compile(r"s--([\w-]{8})--")
_DAYS_30 = "public, max-age=2592000"


@dataclass(frozen=True)
class Asked:
    """What an address names."""

    asset: Asset
    steps: list[str]
    ending: str
    signature: str
    source: str
    """The public id with its ending, as it is signed."""


class Delivery:
    """Serves what was uploaded; failures are told by X-Cld-Error."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._assets = Assets(sandbox.records)

    async def deliver(self, request: Request) -> Response:
        asked = request.path_params
        try:
            cloud = cloud_at(self._sandbox, asked["cloud"])
            if cloud.account.account == "suspended":
                raise CloudinaryError(401, f"cloud_name {cloud.name} is disabled")
            found = self._find(cloud.name, asked["resource_type"], asked["type"], asked["rest"])
            self._check(cloud, found)
            return await self._served(found)
        except CloudinaryError as failure:
            return failure.delivery()

    def _find(self, cloud: str, resource_type: str, type_: str, rest: str) -> Asked:
        segments = rest.split("/")
        signed = _SIGNED.fullmatch(segments[0])
        segments = segments[1:] if signed else segments
        for at in range(len(segments)):
            source = "/".join(segments[at:])
            public_id, ending = _split(source, resource_type)
            asset = self._assets.get(cloud, resource_type, type_, public_id)
            if asset is not None:
                steps = [each for each in segments[:at] if not _VERSION.fullmatch(each)]
                return Asked(asset, steps, ending or asset.format, signed[1] if signed else "", source)
            if not _STEP.match(segments[at]) and not _VERSION.fullmatch(segments[at]):
                break
        named = "/".join(each for each in segments if not _VERSION.fullmatch(each))
        raise CloudinaryError(404, f"Resource not found - {_split(named, resource_type)[0]}")

    def _check(self, cloud: Cloud, found: Asked) -> None:
        signed = "/".join([*found.steps, found.source])
        right = address_signature(signed, cloud.secret, cloud.rule("signature"))
        if found.signature and not hmac.compare_digest(found.signature, right):
            raise CloudinaryError(401, "deny or ACL failure")
        if found.asset.type != "upload" and not found.signature:
            raise CloudinaryError(404, f"Resource not found - {found.asset.public_id}")
        if self._sandbox.clock.now() < found.asset.ready_at:
            raise CloudinaryError(423, "Resource is still being processed")
        if found.asset.failed:
            raise bad("Resource could not be processed")

    async def _served(self, found: Asked) -> Response:
        path = self._sandbox.media.find(found.asset.sha256)
        if path is None:
            raise CloudinaryError(404, f"Resource not found - {found.asset.public_id}")
        components = components_of(found.steps)
        ending = format_of(components, found.ending)
        resized = any(set(each.values) - {"f", "fl", "q"} for each in components)
        headers = {"Cache-Control": _DAYS_30, "X-Content-Type-Options": "nosniff"}
        if not resized and _same(ending, found.asset.format):
            return FileResponse(path, media_type=found.asset.mime, headers=headers)
        if found.asset.resource_type != "image":
            raise bad(f"The stand-in does not convert {found.asset.resource_type} files")
        content, mime = await asyncio.to_thread(transformed, path, components, ending)
        return Response(content, media_type=mime, headers=headers)


def _split(source: str, resource_type: str) -> tuple[str, str]:
    """Public id and ending; the ending of a raw file is part of its id."""
    stem, dot, ending = source.rpartition(".")
    if resource_type == "raw" or not dot or ending.lower() not in FORMATS:
        return source, ""
    return stem, ending.lower()


def _same(one: str, other: str) -> bool:
    return one.replace("jpeg", "jpg") == other.replace("jpeg", "jpg")
