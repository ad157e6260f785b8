"""Stand-in for X: OAuth 2.0 with PKCE, media upload, posts and threads, timeline, rate limits."""

from collections.abc import Mapping
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.standin import Sandbox, StandIn, new_id
from pressrun.sandbox.x.api import account_of, routes
from pressrun.sandbox.x.errors import error_of_status
from pressrun.sandbox.x.grants import ACCESS_LIFE, ALL_SCOPES, PLATFORM, Grants
from pressrun.sandbox.x.rules import RULES


def new_account(sandbox: Sandbox, handle: str, options: Mapping[str, Any]) -> Account:
    """A user who granted everything to the demo app."""
    account_id = new_id("17", 19)
    bare = Account(platform=PLATFORM, account_id=account_id, handle=handle, credentials={})
    tokens = Grants(sandbox).open(bare, client_id=DEMO_CLIENT_ID, scopes=list(ALL_SCOPES))
    credentials = {
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "client_id": DEMO_CLIENT_ID,
        "client_secret": DEMO_CLIENT_SECRET,
        "user_id": account_id,
        "expires_at": (real_now() + ACCESS_LIFE).isoformat(),
    }
    bare.credentials.update(credentials)
    return sandbox.accounts.add(bare)


STAND_IN = StandIn(
    platform=PLATFORM,
    prefixes=("/x", "/x-consent", "/x-upload"),
    routes=routes,
    new_account=new_account,
    account_of=account_of,
    error=error_of_status,
    rules=RULES,
)
