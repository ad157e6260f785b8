"""Who asks and what they may do: the `sessionId` cookie or a bearer token, and the CSRF rule (API.md)."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from starlette.responses import Response

from pressrun.actions import sessions
from pressrun.actions.base import Caller
from pressrun.actions.sessions import LONGEST, SignedIn, session_of
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.user import Right, rights
from pressrun.store import tokens
from pressrun.store.users import User
from pressrun.web.deps import parts_of, store_of
from pressrun.web.language import COOKIE as LANGUAGE_COOKIE

COOKIE = "sessionId"
FORM_FIELD = "form_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Visitor:
    """A signed-in person or program. `session_token` is empty for programs."""

    caller: Caller
    user: User
    session_token: str = ""

    @property
    def form_token(self) -> str:
        """What a form of this session carries to prove that it is ours."""
        return form_token(self.session_token)


@dataclass(frozen=True)
class Require:
    """A dependency that lets in who is signed in and has `right`, and answers the `Visitor`."""

    right: Right

    def __call__(self, request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor is None:
            raise Problem(Flaw("not_signed_in"), status=401)
        if visitor.session_token:
            check_origin(request)
        visitor.caller.need(self.right)
        return visitor


Reader = Annotated[Visitor, Depends(Require(Right.READ))]
Writer = Annotated[Visitor, Depends(Require(Right.WRITE))]
Sender = Annotated[Visitor, Depends(Require(Right.PUBLISH))]
Approver = Annotated[Visitor, Depends(Require(Right.APPROVE))]
Admin = Annotated[Visitor, Depends(Require(Right.ADMIN))]


def same_site(request: Request) -> None:
    """A dependency for routes without a session, such as login: refuses requests from other sites."""
    check_origin(request)


def visitor_of(request: Request) -> Visitor | None:
    """Who asks, looked up once per request; None for strangers. Reads the database."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _find_visitor(request)
    return request.state.visitor


def check_origin(request: Request) -> None:
    """Raises `Problem` (403) `csrf` for an unsafe request that came from another site."""
    if request.method in _SAFE:
        return
    fetch_site = request.headers.get("sec-fetch-site")
    if fetch_site is not None:
        ours = fetch_site in ("same-origin", "none")
    else:
        origin = request.headers.get("origin")
        ours = origin is None or _is_own(origin, request)
    if not ours:
        raise Problem.forbidden("csrf")


def form_token(session_token: str) -> str:
    """A value that only pages of this session can know."""
    return hmac.new(session_token.encode(), b"form", hashlib.sha256).hexdigest()


def check_form_token(visitor: Visitor, given: str) -> None:
    """Raises `Problem` (403) `csrf` where a form does not carry its session's token."""
    if not hmac.compare_digest(visitor.form_token.encode(), given.encode()):
        raise Problem.forbidden("csrf")


async def sign_in(request: Request, *, email: str, password: str, stay: bool) -> SignedIn:
    """Signs a person in, as `actions.sessions.sign_in` does.

    Those who wait for their turn hold no thread, so that a burst of logins stops nobody else.
    """
    parts = parts_of(request)
    attempt = partial(
        sessions.sign_in,
        store_of(request),
        parts.passwords,
        email=email,
        password=password,
        address=address_of(request),
        stay=stay,
    )
    return await run_sync(attempt, limiter=parts.logins)


def set_session_cookie(request: Request, response: Response, signed_in: SignedIn, *, stay: bool) -> None:
    """Gives the browser its session; without `stay` it forgets it when it closes."""
    response.set_cookie(
        COOKIE,
        signed_in.token,
        max_age=int(LONGEST.total_seconds()) if stay else None,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    if signed_in.user.language:
        response.set_cookie(LANGUAGE_COOKIE, signed_in.user.language, max_age=31_536_000, samesite="lax")


def clear_session_cookie(request: Request, response: Response) -> None:
    """Takes the session away from the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_secure(request))


def is_secure(request: Request) -> bool:
    """Whether the browser reaches us over TLS, perhaps through a proxy at our public address."""
    own = urlsplit(parts_of(request).own_url)
    return request.url.scheme == "https" or (
        own.scheme == "https" and request.headers.get("host", "").lower() == own.netloc.lower()
    )


def address_of(request: Request) -> str:
    """The network address of the caller, empty where the server listens on a socket file."""
    return request.client.host if request.client else ""


def _find_visitor(request: Request) -> Visitor | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(request, token.strip())
    session_token = request.cookies.get(COOKIE)
    session = session_of(store_of(request), session_token) if session_token else None
    if session is None or session_token is None:
        return None
    user = session.user
    return Visitor(Caller(user.id, user.id, rights(user.role)), user, session_token)


def _by_token(request: Request, token: str) -> Visitor | None:
    with store_of(request).read() as tx:
        found = tokens.find(tx, token)
    if found is None:
        return None
    api_token, user = found
    return Visitor(Caller(api_token.id, user.id, rights(user.role, api_token.scope)), user)


def _is_own(origin: str, request: Request) -> bool:
    netloc = urlsplit(origin).netloc.lower()
    own = {request.headers.get("host", "").lower(), urlsplit(parts_of(request).own_url).netloc.lower()}
    return bool(netloc) and netloc in own
