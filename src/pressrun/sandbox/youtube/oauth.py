"""Google's OAuth 2: the consent page, codes, access tokens of an hour, refresh tokens that stay."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.apps import DEMO_CLIENT_ID, challenge_of, verifier_matches
from pressrun.sandbox.consent import Decision, ask, redirect_back, scopes_of
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.grants import Grants
from pressrun.sandbox.youtube.operations import ALL_SCOPES
from pressrun.sandbox.youtube.rules import PLATFORM

CODE_LIFE = timedelta(minutes=10)
KNOWN_SCOPES = frozenset(
    [
        *ALL_SCOPES,
        "https://www.googleapis.com/auth/youtubepartner",
        "https://www.googleapis.com/auth/yt-analytics.readonly",
        "openid",
        "email",
        "profile",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
    ]
)
"""Those of the API, and what apps commonly ask for with them."""


@dataclass(eq=False)
class OAuthError(Exception):
    status: int
    error: str
    description: str

    def response(self) -> Response:
        return JSONResponse({"error": self.error, "error_description": self.description}, self.status)


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    consent_paths = ("/o/oauth2/v2/auth", "/o/oauth2/auth")
    pages = [Route(f"/google-accounts{path}", consent, methods=["GET", "POST"]) for path in consent_paths]
    return [
        *pages,
        Route("/google-oauth/token", token, methods=["POST"]),
        Route("/google-oauth/revoke", revoke, methods=["POST"]),
    ]


# The consent page


async def consent(request: Request) -> Response:
    """What is wrong with the request itself is shown here and never sent to the redirect address."""
    sandbox: Sandbox = request.app.state.sandbox
    asked = request.query_params
    try:
        _check_authorization(sandbox, asked)
    except OAuthError as failure:
        return failure.response()
    decided = await ask(request, service="Google", accounts=sandbox.accounts.of(PLATFORM), untick=True)
    if not isinstance(decided, Decision):
        return decided
    redirect_uri, state = asked["redirect_uri"], asked.get("state")
    if decided.account is None:
        return redirect_back(redirect_uri, {"error": "access_denied", "state": state})
    grant = _granted(sandbox, asked, decided.account, decided.scopes)
    # The slash is part of Google's codes: a client that does not decode the query breaks on it.
    code = sandbox.apps.issue_code(PLATFORM, grant, lifetime=CODE_LIFE, prefix="4/0")
    return redirect_back(redirect_uri, {"state": state, "code": code, "scope": " ".join(grant["scopes"])})


def _check_authorization(sandbox: Sandbox, asked: Mapping[str, str]) -> None:
    client_id, redirect_uri = asked.get("client_id", ""), asked.get("redirect_uri", "")
    if not sandbox.apps.knows(PLATFORM, client_id):
        raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
    if not sandbox.apps.may_redirect_to(PLATFORM, client_id, redirect_uri):
        raise OAuthError(400, "redirect_uri_mismatch", "The redirect_uri is not registered for this client.")
    if asked.get("response_type") != "code":
        raise OAuthError(400, "unsupported_response_type", "response_type must be code")
    if not scopes_of(asked):
        raise OAuthError(400, "invalid_request", "Missing required parameter: scope")
    unknown = [scope for scope in scopes_of(asked) if scope not in KNOWN_SCOPES]
    if unknown:
        raise OAuthError(400, "invalid_scope", f"Some requested scopes were invalid: {unknown}")
    if asked.get("access_type", "online") not in ("online", "offline"):
        raise OAuthError(400, "invalid_request", "Invalid parameter value for access_type")
    if asked.get("code_challenge") and asked.get("code_challenge_method", "plain") not in ("plain", "S256"):
        raise OAuthError(400, "invalid_request", "Invalid parameter value for code_challenge_method")


def _granted(
    sandbox: Sandbox, asked: Mapping[str, str], account: Account, ticked: Sequence[str]
) -> dict[str, Any]:
    grants = Grants(sandbox)
    before = grants.scopes_before(account, asked["client_id"])
    scopes = list(ticked)
    if asked.get("include_granted_scopes") == "true":
        scopes += [scope for scope in before if scope not in scopes]
    offline = asked.get("access_type") == "offline"
    return {
        "account_id": account.account_id,
        "client_id": asked["client_id"],
        "redirect_uri": asked["redirect_uri"],
        "scopes": scopes,
        "refresh": offline and (not before or "consent" in asked.get("prompt", "").split()),
        **challenge_of(asked),
    }


# The token endpoint


async def token(request: Request) -> Response:
    sandbox: Sandbox = request.app.state.sandbox
    sent = {name: str(value) for name, value in (await request.form()).items()}
    try:
        client_id = _client(sandbox, request, sent)
        match sent.get("grant_type", ""):
            case "authorization_code":
                return _by_code(sandbox, client_id, sent)
            case "refresh_token":
                return _by_refresh_token(sandbox, client_id, sent)
        raise OAuthError(400, "unsupported_grant_type", f"Invalid grant_type: {sent.get('grant_type', '')}")
    except OAuthError as failure:
        return failure.response()


def _client(sandbox: Sandbox, request: Request, sent: Mapping[str, str]) -> str:
    """The app that asks, by form fields or Basic authorization; raises OAuthError."""
    client_id, secret = _basic(request) or (sent.get("client_id", ""), sent.get("client_secret", ""))
    if not client_id:
        raise OAuthError(400, "invalid_request", "Could not determine client ID from request.")
    if not sandbox.apps.knows(PLATFORM, client_id):
        raise OAuthError(401, "invalid_client", "The OAuth client was not found.")
    if not sandbox.apps.secret_matches(PLATFORM, client_id, secret):
        raise OAuthError(401, "invalid_client", "Unauthorized")
    return client_id


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, written = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(written, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(name), unquote(secret)


def _by_code(sandbox: Sandbox, client_id: str, sent: Mapping[str, str]) -> Response:
    grant = sandbox.apps.redeem_code(PLATFORM, sent.get("code", ""))
    if grant is None or grant["client_id"] != client_id:
        raise OAuthError(400, "invalid_grant", "Bad Request")
    if grant["redirect_uri"] != sent.get("redirect_uri"):
        raise OAuthError(400, "redirect_uri_mismatch", "Bad Request")
    if not verifier_matches(grant, sent.get("code_verifier", "")):
        missing = "Missing code verifier." if not sent.get("code_verifier") else "Invalid code verifier."
        raise OAuthError(400, "invalid_grant", missing)
    account = sandbox.accounts.get(PLATFORM, grant["account_id"])
    if account is None:
        raise OAuthError(400, "invalid_grant", "Account has been deleted")
    grants = Grants(sandbox)
    with sandbox.records.transaction():
        account = sandbox.accounts.welcome_back(account)
        grants.remember(account, client_id, grant["scopes"])
        answer = grants.access(account, client_id, grant["scopes"])
        if grant["refresh"]:
            answer |= grants.refresh(account, client_id, grant["scopes"])
    return JSONResponse(answer)


def _by_refresh_token(sandbox: Sandbox, client_id: str, sent: Mapping[str, str]) -> Response:
    refresh_token = sent.get("refresh_token", "")
    if refresh_token == FIXED_KEY and client_id == DEMO_CLIENT_ID:
        return _by_fixed_key(sandbox)
    facts = sandbox.accounts.token(PLATFORM, refresh_token)
    account = sandbox.accounts.get(PLATFORM, facts["account_id"]) if facts else None
    if facts is None or account is None or facts["kind"] != "refresh":
        raise OAuthError(400, "invalid_grant", "Bad Request")
    if facts["client_id"] != client_id:
        raise OAuthError(401, "unauthorized_client", "Unauthorized")
    grants = Grants(sandbox)
    if not grants.refresh_token_lives(facts):
        raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")
    with sandbox.records.transaction():
        account = grants.heal(account)
        answer = grants.access(account, client_id, facts["scopes"])
        answer |= grants.used(account, refresh_token, facts)
    return JSONResponse(answer)


def _by_fixed_key(sandbox: Sandbox) -> Response:
    account = next(iter(sandbox.accounts.of(PLATFORM)), None)
    if account is None or account.token == "revoked":
        raise OAuthError(400, "invalid_grant", "Token has been expired or revoked.")
    grants = Grants(sandbox)
    return JSONResponse(grants.access(grants.heal(account), DEMO_CLIENT_ID, list(ALL_SCOPES)))


async def revoke(request: Request) -> Response:
    """Either token ends the whole grant: every token that this app has for the account."""
    sandbox: Sandbox = request.app.state.sandbox
    sent = request.query_params.get("token") or str((await request.form()).get("token", ""))
    facts = sandbox.accounts.token(PLATFORM, sent)
    account = sandbox.accounts.get(PLATFORM, facts["account_id"]) if facts else None
    if facts is None or account is None or facts["mark"] == "revoked":
        return OAuthError(400, "invalid_token", "Token expired or revoked").response()
    Grants(sandbox).revoke(account, facts["client_id"])
    return JSONResponse({})
