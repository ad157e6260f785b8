"""One request to the X API: whose token it carries, what that may do, and what the account's switches say."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID
from pressrun.sandbox.standin import REQUEST_ID, Sandbox, bearer
from pressrun.sandbox.x.errors import invalid, not_permitted, unauthorized
from pressrun.sandbox.x.grants import ALL_SCOPES, PLATFORM, Grants
from pressrun.sandbox.x.rules import RULES


@dataclass(frozen=True, kw_only=True)
class XCall:
    """`account` is the one that the token belongs to."""

    sandbox: Sandbox
    request: Request
    account: Account
    client_id: str
    scopes: tuple[str, ...]

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    @property
    def base_url(self) -> str:
        return self.sandbox.base_url(self.request)

    @property
    def request_id(self) -> str:
        return self.request.scope[REQUEST_ID]

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def rule(self, name: str) -> Any:
        return rule(self.sandbox, self.account, name)

    def require(self, scopes: tuple[str, ...]) -> None:
        if not set(scopes) <= set(self.scopes):
            raise not_permitted()

    async def json(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        try:
            sent = json.loads(await self.request.body() or b"{}")
        except ValueError as broken:
            raise invalid("The body of the request is not valid JSON.") from broken
        if not isinstance(sent, dict):
            raise invalid("The body of the request must be a JSON object.")
        return sent


def rule(sandbox: Sandbox, account: Account, name: str) -> Any:
    return sandbox.accounts.rule(account, name, RULES)


def read_call(sandbox: Sandbox, request: Request) -> XCall:
    """Raises XError for a token that is unknown, expired or revoked."""
    token = bearer(request.headers.get("authorization", ""))
    if token == FIXED_KEY:
        return _of_fixed_key(sandbox, request)
    facts = sandbox.accounts.token(PLATFORM, token) if token else None
    if token is None or facts is None:
        raise unauthorized()
    account = sandbox.accounts.get(PLATFORM, facts["account_id"])
    if account is None or not Grants(sandbox).accepts(account, token, facts):
        raise unauthorized()
    return XCall(
        sandbox=sandbox,
        request=request,
        account=account,
        client_id=facts["client_id"],
        scopes=tuple(facts["scopes"]),
    )


def _of_fixed_key(sandbox: Sandbox, request: Request) -> XCall:
    """The fixed key acts for the account in the path, else for the first one there is."""
    named = request.path_params.get("user_id")
    known = sandbox.accounts.of(PLATFORM)
    account = next((each for each in known if named in (None, each.account_id)), None)
    if account is None or account.token != "valid":
        raise unauthorized()
    return XCall(
        sandbox=sandbox, request=request, account=account, client_id=DEMO_CLIENT_ID, scopes=ALL_SCOPES
    )
