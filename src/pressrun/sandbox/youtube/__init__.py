"""Stand-in for YouTube: the Data API with resumable uploads and quotas, and Google's OAuth 2."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.standin import Sandbox, StandIn
from pressrun.sandbox.youtube import api, oauth
from pressrun.sandbox.youtube.errors import error_of_status
from pressrun.sandbox.youtube.grants import ACCESS_LIFE, Grants
from pressrun.sandbox.youtube.operations import ALL_SCOPES
from pressrun.sandbox.youtube.rules import PLATFORM, RULES


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    return [*api.routes(sandbox), *oauth.routes(sandbox)]


def new_account(sandbox: Sandbox, handle: str, options: Mapping[str, Any]) -> Account:
    """A channel with a login of its own; option `client_id` names the project, a registered app."""
    client_id = str(options.get("client_id", DEMO_CLIENT_ID))
    client_secret = sandbox.apps.secret(PLATFORM, client_id)
    if client_secret is None:
        raise HTTPException(400, "client_id must be an app registered for youtube")
    channel_id = f"UC{secrets.token_urlsafe(16)}"
    account = Account(platform=PLATFORM, account_id=channel_id, handle=handle, credentials={})
    grants, scopes = Grants(sandbox), list(ALL_SCOPES)
    grants.remember(account, client_id, scopes)
    credentials = {
        "access_token": grants.access(account, client_id, scopes)["access_token"],
        "refresh_token": grants.refresh(account, client_id, scopes)["refresh_token"],
        "client_id": client_id,
        "client_secret": client_secret,
        "channel_id": channel_id,
        "expires_at": (real_now() + ACCESS_LIFE).isoformat(),
    }
    account.credentials.update(credentials)
    return sandbox.accounts.add(account)


STAND_IN = StandIn(
    platform=PLATFORM,
    prefixes=("/youtube", "/upload", "/google-accounts", "/google-oauth"),
    routes=routes,
    new_account=new_account,
    account_of=api.account_of,
    error=error_of_status,
    rules=RULES,
)
