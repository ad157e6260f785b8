"""The control routes under /_sandbox: for tests, the demo and a person's rehearsal."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import Account, StateRefused
from pressrun.sandbox.clock import ClockMovedBack, real_now
from pressrun.sandbox.faults import FaultRefused
from pressrun.sandbox.standin import Sandbox, StandIn


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    control = Control(sandbox)
    return [
        Route("/_sandbox/accounts", control.accounts, methods=["GET"]),
        Route("/_sandbox/accounts", control.add_account, methods=["POST"]),
        Route("/_sandbox/accounts/{platform}/{account_id}/state", control.state, methods=["GET", "POST"]),
        Route("/_sandbox/published", control.published, methods=["GET"]),
        Route("/_sandbox/published/{platform}/{post_id}", control.take_down, methods=["DELETE"]),
        Route("/_sandbox/requests", control.requests, methods=["GET"]),
        Route("/_sandbox/faults", control.faults, methods=["GET"]),
        Route("/_sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/_sandbox/faults", control.remove_faults, methods=["DELETE"]),
        Route("/_sandbox/faults/{fault_id}", control.fault, methods=["GET", "DELETE"]),
        Route("/_sandbox/apps", control.add_app, methods=["POST"]),
        Route("/_sandbox/clock", control.clock, methods=["GET", "POST"]),
        Route("/_sandbox/reset", control.reset, methods=["POST"]),
    ]


class Control:
    """Lists answer {items: […]}; what makes no sense answers 400 or 404 with {error}."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def accounts(self, request: Request) -> Response:
        platform = request.query_params.get("platform")
        found = self._sandbox.accounts.of(platform) if platform else self._sandbox.accounts.every()
        return JSONResponse({"items": [account.public() | {"state": account.state()} for account in found]})

    async def add_account(self, request: Request) -> Response:
        asked = await _json(request)
        account = open_account(self._sandbox, asked)
        return JSONResponse(account.public(), 201)

    async def state(self, request: Request) -> Response:
        account = self._account(request)
        if request.method == "POST":
            account = change_state(self._sandbox, account, await _json(request))
        return JSONResponse(account.state())

    async def published(self, request: Request) -> Response:
        asked = request.query_params
        posts = self._sandbox.posts.every(
            platform=asked.get("platform"), account_id=asked.get("account_id"), since=_since(request)
        )
        base_url = self._sandbox.base_url(request)
        return JSONResponse({"items": [post.public(base_url) for post in posts]})

    async def take_down(self, request: Request) -> Response:
        """Somebody deletes the post in the platform's own app, or the platform does."""
        wanted = request.path_params
        post = self._sandbox.posts.get(wanted["platform"], wanted["post_id"])
        if post is None:
            raise HTTPException(404, "no such post")
        self._sandbox.posts.remove(post)
        return Response(status_code=204)

    async def requests(self, request: Request) -> Response:
        platform, since = request.query_params.get("platform"), _since(request)
        return JSONResponse(
            {
                "items": [
                    entry
                    for entry in self._sandbox.requests
                    if platform in (None, entry["platform"])
                    and (since is None or datetime.fromisoformat(entry["started_at"]) >= since)
                ]
            }
        )

    async def faults(self, request: Request) -> Response:
        return JSONResponse({"items": [fault.as_json() for fault in self._sandbox.faults.every()]})

    async def add_fault(self, request: Request) -> Response:
        return JSONResponse({"id": switch_on(self._sandbox, await _json(request))}, 201)

    async def remove_faults(self, request: Request) -> Response:
        self._sandbox.faults.clear()
        return Response(status_code=204)

    async def fault(self, request: Request) -> Response:
        fault = self._sandbox.faults.get(request.path_params["fault_id"])
        if fault is None:
            raise HTTPException(404, "no such fault")
        if request.method == "DELETE":
            self._sandbox.faults.remove(fault.id)
            return Response(status_code=204)
        return JSONResponse(fault.as_json())

    async def add_app(self, request: Request) -> Response:
        asked = await _json(request)
        platform = _stand_in(self._sandbox, asked).platform
        redirect_uris, public = list(asked.get("redirect_uris") or []), bool(asked.get("public"))
        return JSONResponse(self._sandbox.apps.add(platform, redirect_uris, public=public), 201)

    async def clock(self, request: Request) -> Response:
        if request.method == "POST":
            self._move_clock(await _json(request))
        return JSONResponse(
            {"now": self._sandbox.clock.now().isoformat(), "real_now": real_now().isoformat()}
        )

    async def reset(self, request: Request) -> Response:
        self._sandbox.reset()
        return Response(status_code=204)

    def _move_clock(self, asked: dict[str, Any]) -> None:
        try:
            if "advance_s" in asked:
                self._sandbox.clock.advance(float(asked["advance_s"]))
            else:
                self._sandbox.clock.move_to(_instant(str(asked.get("at"))))
        except (ClockMovedBack, TypeError) as refused:
            raise HTTPException(400, str(refused)) from refused

    def _account(self, request: Request) -> Account:
        wanted = request.path_params
        account = self._sandbox.accounts.get(wanted["platform"], wanted["account_id"])
        if account is None:
            raise HTTPException(404, "no such account")
        return account


def open_account(sandbox: Sandbox, asked: dict[str, Any]) -> Account:
    """The account with this handle, made if there is none yet."""
    stand_in = _stand_in(sandbox, asked)
    handle = str(asked.get("handle") or "").strip()
    if not handle:
        raise HTTPException(400, "handle is missing")
    known = sandbox.accounts.find(stand_in.platform, handle)
    if known is not None:
        return known
    options = {name: value for name, value in asked.items() if name not in ("platform", "handle")}
    with sandbox.records.transaction():
        return stand_in.new_account(sandbox, handle, options)


def change_state(sandbox: Sandbox, account: Account, changes: dict[str, Any]) -> Account:
    try:
        return sandbox.accounts.change(account, changes, choices=sandbox.stand_ins[account.platform].rules)
    except StateRefused as refused:
        raise HTTPException(400, str(refused)) from refused


def switch_on(sandbox: Sandbox, described: dict[str, Any]) -> str:
    """Adds a fault and gives its id."""
    try:
        return sandbox.faults.add(described, effects=_stand_in(sandbox, described).effects).id
    except FaultRefused as refused:
        raise HTTPException(400, str(refused)) from refused


def _stand_in(sandbox: Sandbox, asked: dict[str, Any]) -> StandIn:
    stand_in = sandbox.stand_ins.get(str(asked.get("platform")))
    if stand_in is None:
        raise HTTPException(400, f"platform must be one of {', '.join(sandbox.stand_ins)}")
    return stand_in


async def _json(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.body() or b"{}")
    except ValueError as broken:
        raise HTTPException(400, f"not JSON: {broken}") from broken
    if not isinstance(asked, dict):
        raise HTTPException(400, "a JSON object is expected")
    return asked


def _since(request: Request) -> datetime | None:
    written = request.query_params.get("since")
    return _instant(written) if written else None


def _instant(written: str) -> datetime:
    """RFC 3339 (a + in a query may have become a space) or Unix seconds."""
    try:
        if written.replace(".", "", 1).isdigit():
            return datetime.fromtimestamp(float(written), UTC)
        instant = datetime.fromisoformat(written.replace(" ", "+") if "T" in written else written)
    except ValueError as broken:
        raise HTTPException(400, f"not a time: {written}") from broken
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
