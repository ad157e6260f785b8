"""One API request: who asks for which project, what it may do, and what it costs."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID
from pressrun.sandbox.standin import REQUEST_ID, Sandbox, bearer
from pressrun.sandbox.youtube.errors import (
    ApiError,
    api_disabled,
    bad_parameter,
    bad_request,
    blocked,
    missing_parameter,
    missing_scope,
    no_channel,
    no_login,
)
from pressrun.sandbox.youtube.operations import ALL_SCOPES, Operation
from pressrun.sandbox.youtube.quota import Quota, project_number
from pressrun.sandbox.youtube.rules import PLATFORM, rule
from pressrun.sandbox.youtube.times import etag

MAX_RESULTS = 50


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """`client_id` is the project that asks; `account` the channel it acts for."""

    sandbox: Sandbox
    request: Request
    operation: Operation
    account: Account
    client_id: str

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    @property
    def base_url(self) -> str:
        return self.sandbox.base_url(self.request)

    @property
    def request_id(self) -> str:
        return self.request.scope[REQUEST_ID]

    def rule(self, name: str) -> Any:
        return rule(self.sandbox, self.account, name)

    def text(self, name: str) -> str:
        """A query parameter; empty when absent."""
        return self.request.query_params.get(name, "")

    def words(self, name: str) -> list[str]:
        """A list, with commas or as a repeated parameter."""
        given = ",".join(self.request.query_params.getlist(name))
        return [word.strip() for word in given.split(",") if word.strip()]

    def parts(self, known: Sequence[str]) -> list[str]:
        """The wanted parts of the resource; raises ApiError for none and for one it does not have."""
        wanted = self.words("part")
        if not wanted:
            raise missing_parameter("part")
        for part in wanted:
            if part not in known and part != "id":
                raise bad_parameter("unknownPart", "part", part, domain="youtube.part")
        return wanted

    def page(self) -> tuple[int, int]:
        """How many items, and how many to leave out before them."""
        size, token = self.text("maxResults") or "5", self.text("pageToken")
        if not size.isdigit() or int(size) > MAX_RESULTS:
            message = f"Invalid value '{size}'. Values must be within the range: [0, {MAX_RESULTS}]"
            raise bad_parameter("invalidParameter", "maxResults", message, domain="global")
        if token and not token.removeprefix("CA").isdigit():
            raise bad_parameter("invalidPageToken", "pageToken", "The page token is invalid.")
        return int(size), int(token.removeprefix("CA") or 0) if token else 0

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"


async def begin(request: Request, operation: Operation) -> ApiCall:
    """Authenticated, allowed and paid for; raises ApiError."""
    sandbox: Sandbox = request.app.state.sandbox
    token = bearer(request.headers.get("authorization", "")) or request.query_params.get("access_token", "")
    account, facts = whose(sandbox, token)
    if not operation.scopes & set(facts["scopes"]):
        raise missing_scope(operation.name)
    _check_standing(sandbox, account, operation, facts["client_id"])
    Quota(sandbox).spend(operation, account, facts["client_id"])
    return ApiCall(
        sandbox=sandbox,
        request=request,
        operation=operation,
        account=account,
        client_id=facts["client_id"],
    )


def _check_standing(sandbox: Sandbox, account: Account, operation: Operation, client_id: str) -> None:
    """Raises ApiError when the project or the channel as such may not ask for this."""
    if rule(sandbox, account, "api") == "disabled":
        raise api_disabled(project_number(client_id))
    if rule(sandbox, account, "channel") == "missing":
        raise no_channel()
    if account.account == "suspended":
        raise blocked(rule(sandbox, account, "suspension"))
    if account.account == "restricted" and operation.writes:
        raise blocked("channelSuspended")


def whose(sandbox: Sandbox, token: str) -> tuple[Account, Mapping[str, Any]]:
    """The channel and the facts of a good access token; raises ApiError for any other."""
    if not token:
        raise no_login(given=False)
    if token == FIXED_KEY:
        account = next(iter(sandbox.accounts.of(PLATFORM)), None)
        if account is None or account.token != "valid":
            raise no_login(given=True)
        return account, {"scopes": ALL_SCOPES, "client_id": DEMO_CLIENT_ID}
    facts = sandbox.accounts.token(PLATFORM, token)
    account = sandbox.accounts.get(PLATFORM, facts["account_id"]) if facts else None
    if facts is None or account is None or facts["kind"] != "access":
        raise no_login(given=True)
    if sandbox.accounts.token_state(facts) != "valid":
        raise no_login(given=True)
    return account, facts


async def read_json(request: Request) -> dict[str, Any]:
    """The resource in a request's body; an empty body is an empty resource."""
    return parse_resource(await request.body())


async def drain(request: Request) -> None:
    """Read what the client still sends: it looks for the answer only afterwards."""
    # Starlette has no other sign that a body was read to its end than the RuntimeError.
    with contextlib.suppress(ClientDisconnect, RuntimeError):
        async for _ in request.stream():
            pass


def parse_resource(written: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(written or b"{}")
    except ValueError as broken:
        raise ApiError(400, "parseError", "Parse Error") from broken
    if not isinstance(sent, dict):
        raise bad_request("Invalid JSON payload received. An object is expected.")
    return sent


def pick(resource: Mapping[str, Any], parts: Sequence[str]) -> dict[str, Any]:
    """A resource with the wanted parts only; kind, etag and id are always there."""
    return {
        name: value for name, value in resource.items() if name in ("kind", "etag", "id") or name in parts
    }


def listing(kind: str, items: Sequence[Mapping[str, Any]], *, size: int, start: int) -> dict[str, Any]:
    """One page of a list response."""
    shown = items[start : start + size]
    answer: dict[str, Any] = {"kind": f"youtube#{kind}ListResponse", "etag": etag(kind, len(items), start)}
    if start + size < len(items) and size:
        answer["nextPageToken"] = f"CA{start + size}"
    if start:
        answer["prevPageToken"] = f"CA{max(start - size, 0)}"
    return answer | {
        "pageInfo": {"totalResults": len(items), "resultsPerPage": size},
        "items": [dict(each) for each in shown],
    }
