"""OAuth 2.0 with PKCE: the consent page of x.com, and the token and revoke endpoints of api.x.com."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.apps import challenge_of, verifier_matches
from pressrun.sandbox.consent import Decision, ask, redirect_back, scopes_of
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.x.call import rule
from pressrun.sandbox.x.grants import PLATFORM, Grants

CODE_LIFE = timedelta(seconds=30)
MAX_STATE = 500
_KNOWN_SCOPES = """
    tweet.read tweet.write tweet.moderate.write users.email users.read follows.read follows.write
    offline.access space.read mute.read mute.write like.read like.write list.read list.write block.read
    block.write bookmark.read bookmark.write dm.read dm.write media.write
"""
SCOPES = frozenset(_KNOWN_SCOPES.split())
_DEAD = "Value passed for the token was invalid."
_DEAD_CODE = "Value passed for the authorization code was invalid."


@dataclass(eq=False)
class OAuthError(Exception):
    """A refusal of the token endpoint, in the shape of RFC 6749."""

    error: str
    description: str
    status: int = 400

    def response(self) -> Response:
        return JSONResponse({"error": self.error, "error_description": self.description}, self.status)


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    login = Login(sandbox)
    return [
        Route("/x-consent/i/oauth2/authorize", login.consent, methods=["GET", "POST"]),
        Route("/x/2/oauth2/token", login.token, methods=["POST"]),
        Route("/x/2/oauth2/revoke", login.revoke, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Login:
    sandbox: Sandbox

    async def consent(self, request: Request) -> Response:
        """The page a person sees, and the redirect after the decision."""
        asked = request.query_params
        try:
            self._check_asked(asked)
        except OAuthError as refusal:
            return refusal.response()
        decided = await ask(request, service="X", accounts=self.sandbox.accounts.of(PLATFORM))
        if not isinstance(decided, Decision):
            return decided
        if decided.account is None:
            return redirect_back(
                asked["redirect_uri"], {"error": "access_denied", "state": asked.get("state")}
            )
        grant = {
            "account_id": decided.account.account_id,
            "client_id": asked["client_id"],
            "redirect_uri": asked["redirect_uri"],
            "scopes": list(decided.scopes),
            **challenge_of(asked),
        }
        code = self.sandbox.apps.issue_code(PLATFORM, grant, lifetime=CODE_LIFE)
        return redirect_back(asked["redirect_uri"], {"state": asked["state"], "code": code})

    async def token(self, request: Request) -> Response:
        sent = await _form(request)
        try:
            client_id = self._client(request, sent)
            if sent.get("grant_type") == "authorization_code":
                return JSONResponse(self._exchange(sent, client_id))
            if sent.get("grant_type") == "refresh_token":
                return JSONResponse(self._refresh(sent, client_id))
            raise OAuthError("unsupported_grant_type", "The grant_type is not supported.")
        except OAuthError as refusal:
            return refusal.response()

    async def revoke(self, request: Request) -> Response:
        sent = await _form(request)
        try:
            client_id = self._client(request, sent)
            if not sent.get("token"):
                raise OAuthError("invalid_request", "Missing required parameter [token].")
        except OAuthError as refusal:
            return refusal.response()
        Grants(self.sandbox).revoke(sent["token"], client_id=client_id)
        return JSONResponse({"revoked": True})

    def _check_asked(self, asked: Mapping[str, str]) -> None:
        """What X shows an error page for, instead of asking the person."""
        redirect_uri, state = asked.get("redirect_uri", ""), asked.get("state", "")
        if not self.sandbox.apps.may_redirect_to(PLATFORM, asked.get("client_id", ""), redirect_uri):
            raise OAuthError("invalid_request", "Value passed for the client_id or redirect_uri was invalid.")
        if asked.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "The response_type must be code.")
        if not 0 < len(state) <= MAX_STATE:
            raise OAuthError("invalid_request", f"The state must have 1 to {MAX_STATE} characters.")
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise OAuthError("invalid_request", "A code_challenge with code_challenge_method S256 is needed.")
        scopes = scopes_of(asked)
        if not scopes or not set(scopes) <= SCOPES:
            raise OAuthError("invalid_scope", "The scope is missing, or names one that does not exist.")

    def _client(self, request: Request, sent: Mapping[str, str]) -> str:
        """The app that calls: by Basic auth when it is confidential, by its id alone when it is public."""
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        apps = self.sandbox.apps
        if scheme.lower() == "basic":
            client_id, secret = _basic(credentials)
            if not apps.secret_matches(PLATFORM, client_id, secret):
                raise OAuthError("invalid_client", "The client credentials are invalid.", 401)
            return client_id
        client_id = sent.get("client_id", "")
        if not apps.knows(PLATFORM, client_id):
            raise OAuthError("invalid_client", "The client_id is unknown.", 401)
        if not apps.is_public(PLATFORM, client_id):
            raise OAuthError("unauthorized_client", "Missing valid authorization header", 401)
        return client_id

    def _exchange(self, sent: Mapping[str, str], client_id: str) -> dict[str, object]:
        """A code becomes tokens, once."""
        grant = self.sandbox.apps.redeem_code(PLATFORM, sent.get("code", ""))
        if grant is None or grant["client_id"] != client_id:
            raise OAuthError("invalid_request", _DEAD_CODE)
        if grant["redirect_uri"] != sent.get("redirect_uri"):
            raise OAuthError("invalid_request", "Value passed for the redirect uri did not match the code's.")
        if not verifier_matches(grant, sent.get("code_verifier", "")):
            raise OAuthError("invalid_request", "Value passed for the code verifier did not match.")
        account = self.sandbox.accounts.get(PLATFORM, grant["account_id"])
        if account is None:
            raise OAuthError("invalid_request", _DEAD_CODE)
        account = self.sandbox.accounts.welcome_back(account)
        return Grants(self.sandbox).open(account, client_id=client_id, scopes=grant["scopes"])

    def _refresh(self, sent: Mapping[str, str], client_id: str) -> dict[str, object]:
        token = sent.get("refresh_token", "")
        answer = Grants(self.sandbox).refresh(token, client_id=client_id)
        if answer is None:
            raise OAuthError(self._word_for_dead(token), _DEAD)
        return answer

    def _word_for_dead(self, token: str) -> str:
        facts = self.sandbox.accounts.token(PLATFORM, token)
        account = self.sandbox.accounts.get(PLATFORM, facts["account_id"]) if facts else None
        return rule(self.sandbox, account, "refresh_error") if account else "invalid_request"


def _basic(credentials: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise OAuthError("unauthorized_client", "Missing valid authorization header", 401) from broken
    return unquote_plus(client_id), unquote_plus(secret)


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def account_in_form(sandbox: Sandbox, sent: Mapping[str, str]) -> str | None:
    """Whose code, token or decision a form carries."""
    facts = sandbox.accounts.token(PLATFORM, sent.get("refresh_token") or sent.get("token") or "")
    facts = facts or sandbox.records.get("code", f"{PLATFORM}/{sent.get('code', '')}")
    return facts["account_id"] if facts else sent.get("account_id")
