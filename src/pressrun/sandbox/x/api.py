"""Routes of api.x.com and upload.x.com, and what every call passes before it is served."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.standin import IncomingCall, Sandbox, bearer
from pressrun.sandbox.x import limits, login, older_upload
from pressrun.sandbox.x.call import XCall, read_call
from pressrun.sandbox.x.errors import V2, XError, forbidden, not_permitted
from pressrun.sandbox.x.grants import PLATFORM
from pressrun.sandbox.x.limits import Endpoint
from pressrun.sandbox.x.posting import Posting
from pressrun.sandbox.x.reading import Reading
from pressrun.sandbox.x.uploading import Uploading

Handler = Callable[[XCall], Awaitable[Response]]


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    posting, reading, uploading = Posting(sandbox), Reading(sandbox), Uploading(sandbox)
    gate = Gate(sandbox)
    upload = "/x/2/media/upload"
    return [
        *login.routes(sandbox),
        gate.route("POST", "/x/2/tweets", limits.CREATE, posting.create),
        gate.route("DELETE", "/x/2/tweets/{post_id}", limits.DELETE, posting.delete),
        gate.route("GET", "/x/2/tweets", limits.LOOKUP, reading.several),
        gate.route("GET", "/x/2/tweets/{post_id}", limits.LOOKUP, reading.one),
        gate.route("GET", "/x/2/users/me", limits.ME, reading.me),
        gate.route("GET", "/x/2/users/{user_id}/tweets", limits.TIMELINE, reading.timeline),
        gate.route("POST", f"{upload}/initialize", limits.CHUNKS, uploading.initialize),
        gate.route("POST", f"{upload}/{{media_id}}/append", limits.CHUNKS, uploading.append),
        gate.route("POST", f"{upload}/{{media_id}}/finalize", limits.CHUNKS, uploading.finalize),
        gate.route("GET", upload, limits.STATUS, uploading.status),
        gate.route("POST", upload, limits.UPLOAD, uploading.at_once_or_older),
        gate.route("POST", "/x/2/media/metadata", limits.METADATA, uploading.metadata),
        *older_upload.routes(gate.route, uploading),
    ]


@dataclass(frozen=True)
class Gate:
    """Token, windows, state of the account, scopes: in this order, and errors in the account's shape."""

    sandbox: Sandbox

    def route(self, method: str, path: str, endpoint: Endpoint, handler: Handler) -> Route:
        return Route(path, partial(self.serve, endpoint=endpoint, handler=handler), methods=[method])

    async def serve(self, request: Request, *, endpoint: Endpoint, handler: Handler) -> Response:
        shape, headers = V2, dict[str, str]()
        try:
            call = read_call(self.sandbox, request)
            shape = call.rule("errors")
            headers = limits.take(call, endpoint)
            check_standing(call, endpoint)
            call.require(endpoint.scopes)
            response = await handler(call)
        except XError as refusal:
            response = refusal.response(shape)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response


def check_standing(call: XCall, endpoint: Endpoint) -> None:
    """What stops an account, an app or its owner whatever the call is about; raises XError."""
    if call.account.account == "suspended":
        raise forbidden("Your account is suspended and is not permitted to access this feature.", 64)
    if call.account.account == "restricted":
        raise forbidden(
            "To protect our users from spam, this account is temporarily locked. Log in to X to unlock it.",
            326,
        )
    _check_app(call, endpoint)
    if call.rule("billing") == "no-credits":
        raise XError(
            status=402,
            title="CreditsDepleted",
            detail="Your enrolled account does not have any credits to fulfill this request.",
            code=0,
        )
    if call.rule("billing") == "usage-capped":
        raise XError(
            status=429,
            title="UsageCapExceeded",
            detail="Usage cap exceeded: Monthly product cap",
            code=88,
            kind="usage-capped",
            more={"period": "Monthly", "scope": "Product"},
        )


def _check_app(call: XCall, endpoint: Endpoint) -> None:
    refuses = call.rule("refuses")
    if refuses == "client-forbidden":
        raise XError(
            status=403,
            title="Client Forbidden",
            detail="This endpoint needs keys and tokens of an App that is attached to a Project.",
            code=453,
            kind="client-forbidden",
            more={"reason": "client-not-enrolled", "client_id": call.client_id},
        )
    if refuses == "app-suspended":
        raise forbidden("This App has been suspended from the platform; its owner must appeal.", 416)
    if endpoint is not limits.CREATE:
        return
    if refuses == "not-permitted":
        raise not_permitted()
    if refuses == "automated":
        raise forbidden("This request looks automated. It was refused to protect our users from spam.", 226)


def account_of(sandbox: Sandbox, call: IncomingCall) -> str | None:
    """Whose request it is: by its access token, or by what a call to the OAuth endpoints carries."""
    token = bearer(call.headers.get("authorization", ""))
    if token is None:
        return login.account_in_form(sandbox, call.form())
    facts = sandbox.accounts.token(PLATFORM, token)
    if facts is not None:
        return facts["account_id"]
    return next((part for part in call.path.split("/") if sandbox.accounts.get(PLATFORM, part)), None)
