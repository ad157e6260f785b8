"""Stand-in for the Anthropic Messages API: plain and streamed replies, structured output, models, counts."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.anthropic.errors import MessagesError, error_of_status, invalid
from pressrun.sandbox.anthropic.models import MODELS, check_callable, model_facts
from pressrun.sandbox.anthropic.reply import Author, input_tokens
from pressrun.sandbox.anthropic.rules import check_request, check_size, check_version
from pressrun.sandbox.anthropic.stream import events
from pressrun.sandbox.standin import OUTCOME, IncomingCall, Sandbox, StandIn, new_id

PLATFORM = "anthropic"


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    api = MessagesApi(sandbox)
    return [
        Route("/anthropic/v1/messages", api.messages, methods=["POST"]),
        Route("/anthropic/v1/messages/count_tokens", api.count_tokens, methods=["POST"]),
        Route("/anthropic/v1/models", api.models, methods=["GET"]),
        Route("/anthropic/v1/models/{name}", api.model, methods=["GET"]),
    ]


class MessagesApi:
    """Every route answers with a `request-id` header."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._author = Author()

    async def messages(self, request: Request) -> Response:
        try:
            asked = await self._asked(request)
            check_callable(asked["model"], self._sandbox.clock.now())
            outcome = request.scope.get(OUTCOME)
            if outcome == "overloaded":
                raise MessagesError(529, "Overloaded")
            reply = self._author.reply(asked, outcome=outcome)
        except MessagesError as failure:
            return failure.response()
        headers = _request_id()
        if asked.get("stream"):
            return StreamingResponse(events(reply), media_type="text/event-stream", headers=headers)
        return JSONResponse(reply.as_json(), headers=headers)

    async def count_tokens(self, request: Request) -> Response:
        try:
            asked = await self._asked(request, counting=True)
        except MessagesError as failure:
            return failure.response()
        return JSONResponse({"input_tokens": input_tokens(asked)}, headers=_request_id())

    async def models(self, request: Request) -> Response:
        try:
            self._authorize(request)
        except MessagesError as failure:
            return failure.response()
        items = [model_facts(name, self._sandbox.clock.now()) for name in MODELS]
        page = {"data": items, "has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]}
        return JSONResponse(page, headers=_request_id())

    async def model(self, request: Request) -> Response:
        try:
            self._authorize(request)
            facts = model_facts(request.path_params["name"], self._sandbox.clock.now())
        except MessagesError as failure:
            return failure.response()
        return JSONResponse(facts, headers=_request_id())

    async def _asked(self, request: Request, *, counting: bool = False) -> dict[str, Any]:
        """The checked request body; raises MessagesError."""
        self._authorize(request)
        version = check_version(request.headers.get("anthropic-version"))
        body = await request.body()
        check_size(body)
        try:
            asked = json.loads(body)
        except ValueError as broken:
            raise invalid("The request body is not valid JSON") from broken
        if not isinstance(asked, dict):
            raise invalid("The request body must be an object")
        check_request(asked, version=version, counting=counting)
        return asked

    def _authorize(self, request: Request) -> None:
        key = key_of(request.headers)
        if key == FIXED_KEY:
            return
        facts = self._sandbox.accounts.token(PLATFORM, key) if key else None
        if facts is None or self._sandbox.accounts.token_state(facts) != "valid":
            raise MessagesError(401, "invalid x-api-key")
        account = self._sandbox.accounts.get(PLATFORM, facts["account_id"])
        if account is not None and account.account != "active":
            status = 403 if account.account == "suspended" else 402
            raise MessagesError(status, f"Your organization is {account.account}.")


def key_of(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() or None if scheme.lower() == "bearer" else None)


def _request_id() -> dict[str, str]:
    return {"request-id": f"req_{new_id('01', 24)}"}


def new_account(sandbox: Sandbox, handle: str, options: Mapping[str, Any]) -> Account:
    key = f"sk-ant-sandbox-{secrets.token_urlsafe(24)}"
    account = Account(
        platform=PLATFORM, account_id=new_id("7", 12), handle=handle, credentials={"api_key": key}
    )
    sandbox.accounts.register_token(key, account)
    return sandbox.accounts.add(account)


def account_of(sandbox: Sandbox, call: IncomingCall) -> str | None:
    key = key_of(call.headers)
    facts = sandbox.accounts.token(PLATFORM, key) if key else None
    return facts["account_id"] if facts else None


STAND_IN = StandIn(
    platform=PLATFORM,
    prefixes=("/anthropic",),
    routes=routes,
    new_account=new_account,
    account_of=account_of,
    error=error_of_status,
    own_effects=frozenset({"refusal", "cut", "bad_json", "overloaded"}),
    has_feed=False,
)
