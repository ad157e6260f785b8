"""Stand-in for Instagram publishing: the Graph API with either login, resumable upload, consent pages."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID, DEMO_CLIENT_SECRET
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.instagram.call import ALL_SCOPES, FACEBOOK, PLATFORM, RULES
from pressrun.sandbox.instagram.errors import error_of_status
from pressrun.sandbox.instagram.graph import account_of, routes
from pressrun.sandbox.instagram.login import LONG_LIFE
from pressrun.sandbox.standin import Sandbox, StandIn, new_id


def new_account(sandbox: Sandbox, handle: str, options: Mapping[str, Any]) -> Account:
    """A professional account with a long-lived token; option `login` is facebook or instagram."""
    login = options.get("login", FACEBOOK)
    if login not in ALL_SCOPES:
        raise HTTPException(400, "login must be facebook or instagram")
    account_id = new_id("17841")
    bare = Account(
        platform=PLATFORM, account_id=account_id, handle=handle, credentials={}, options={"login": login}
    )
    token, _ = sandbox.accounts.issue_token(
        bare,
        lifetime=LONG_LIFE,
        login=login,
        kind="long",
        app_id=DEMO_CLIENT_ID,
        scopes=list(ALL_SCOPES[login]),
    )
    credentials = {
        "access_token": token,
        "ig_user_id": account_id,
        "login": login,
        "app_id": DEMO_CLIENT_ID,
        "app_secret": DEMO_CLIENT_SECRET,
        "expires_at": (real_now() + LONG_LIFE).isoformat(),
    }
    bare.credentials.update(credentials)
    return sandbox.accounts.add(bare)


STAND_IN = StandIn(
    platform=PLATFORM,
    prefixes=(
        "/instagram",
        "/instagram-login",
        "/rupload",
        "/facebook-consent",
        "/instagram-consent",
        "/instagram-api",
    ),
    routes=routes,
    new_account=new_account,
    account_of=account_of,
    error=error_of_status,
    rules=RULES,
)
