"""Stand-in for Cloudinary: signed uploads (whole, by address, in chunks), deletion, and delivery."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.cloudinary.admin import AdminApi
from pressrun.sandbox.cloudinary.clouds import PLATFORM, RULES
from pressrun.sandbox.cloudinary.delivery import Delivery
from pressrun.sandbox.cloudinary.errors import error_of_status
from pressrun.sandbox.cloudinary.uploading import UploadApi
from pressrun.sandbox.standin import IncomingCall, Sandbox, StandIn, new_id

_API = "/cloudinary/v1_1/{cloud}"


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    uploads, admin, delivery = UploadApi(sandbox), AdminApi(sandbox), Delivery(sandbox)
    one = _API + "/resources/{resource_type}/{type}"
    return [
        Route(_API + "/ping", admin.ping, methods=["GET"]),
        Route(one + "/{public_id:path}", admin.resource, methods=["GET"]),
        Route(one, admin.delete, methods=["DELETE"]),
        Route(_API + "/{resource_type}/upload", uploads.upload, methods=["POST"]),
        Route(_API + "/{resource_type}/destroy", uploads.destroy, methods=["POST"]),
        Route("/cloudinary-res/{cloud}/{resource_type}/{type}/{rest:path}", delivery.deliver),
    ]


def new_account(sandbox: Sandbox, handle: str, options: Mapping[str, Any]) -> Account:
    """A cloud with one key; its name is its id."""
    name, key = f"d{secrets.token_hex(4)}", new_id("1", 15)
    credentials = {"cloud_name": name, "api_key": key, "api_secret": secrets.token_urlsafe(20)}
    account = Account(platform=PLATFORM, account_id=name, handle=handle, credentials=credentials)
    sandbox.accounts.register_token(key, account)
    return sandbox.accounts.add(account)


def account_of(sandbox: Sandbox, call: IncomingCall) -> str | None:
    """The cloud is in every path: second segment of delivery, third of the API."""
    segments = call.path.strip("/").split("/")
    at = 1 if segments[0] == "cloudinary-res" else 2
    known = sandbox.accounts.get(PLATFORM, segments[at]) if len(segments) > at else None
    return known.account_id if known else None


STAND_IN = StandIn(
    platform=PLATFORM,
    prefixes=("/cloudinary", "/cloudinary-res"),
    routes=routes,
    new_account=new_account,
    account_of=account_of,
    error=error_of_status,
    rules=RULES,
    has_feed=False,
)
