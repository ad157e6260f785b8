"""OAuth of both logins: consent pages, codes, long-lived tokens, and what a token may do."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.consent import Decision, ask, redirect_back, scopes_of
from pressrun.sandbox.instagram.call import ALL_SCOPES, FACEBOOK, INSTAGRAM, PLATFORM, GraphCall
from pressrun.sandbox.instagram.errors import GraphError, error_response, gone, invalid, token_dead
from pressrun.sandbox.standin import Sandbox

CODE_LIFE = timedelta(hours=1)
SHORT_LIFE = timedelta(hours=1)
LONG_LIFE = timedelta(seconds=5183944)
REFRESH_AGE = timedelta(hours=24)
DATA_ACCESS = timedelta(days=90)
"""So long after a person's last consent an app may act for them, whatever its tokens' own ends are."""


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    methods = ["GET", "POST"]
    facebook, instagram = partial(consent, login=FACEBOOK), partial(consent, login=INSTAGRAM)
    return [
        Route("/facebook-consent/{version}/dialog/oauth", facebook, methods=methods),
        Route("/facebook-consent/dialog/oauth", facebook, methods=methods),
        Route("/instagram-consent/oauth/authorize", instagram, methods=methods),
        Route("/instagram-api/oauth/access_token", short_instagram_token, methods=["POST"]),
    ]


async def consent(request: Request, *, login: str) -> Response:
    """The page a person sees, and the redirect after the decision."""
    sandbox: Sandbox = request.app.state.sandbox
    asked = request.query_params
    client_id, redirect_uri = asked.get("client_id", ""), asked.get("redirect_uri", "")
    if not sandbox.apps.may_redirect_to(PLATFORM, client_id, redirect_uri):
        return error_response(GraphError(191, None, "Invalid client_id or redirect_uri"))
    accounts = [each for each in sandbox.accounts.of(PLATFORM) if each.options["login"] == login]
    decided = await ask(
        request,
        service="Facebook" if login == FACEBOOK else "Instagram",
        accounts=accounts,
        untick=True,
        # One person on Facebook may have many Pages; an Instagram login is one account.
        several=login == FACEBOOK,
    )
    if not isinstance(decided, Decision):
        return decided
    if not decided.accounts:
        return _denied(redirect_uri, asked.get("state"))
    first, *more = [account.account_id for account in decided.accounts]
    grant = {
        "account_id": first,
        "more_account_ids": more,
        "login": login,
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scopes": list(decided.scopes) if scopes_of(asked) else list(ALL_SCOPES[login]),
    }
    code = sandbox.apps.issue_code(PLATFORM, grant, lifetime=CODE_LIFE)
    # Instagram puts #_ behind the code, which a client has to strip.
    return redirect_back(redirect_uri, {"code": code, "state": asked.get("state")}, end="#_")


def _denied(redirect_uri: str, state: str | None) -> Response:
    refusal = {
        "error": "access_denied",
        "error_reason": "user_denied",
        "error_description": "The user denied your request",
        "state": state,
    }
    return redirect_back(redirect_uri, refusal)


async def short_instagram_token(request: Request) -> Response:
    """`api.instagram.com/oauth/access_token`: a code becomes a token of one hour."""
    sandbox: Sandbox = request.app.state.sandbox
    sent = {name: str(value) for name, value in (await request.form()).items()}
    try:
        if sent.get("grant_type") != "authorization_code":
            raise invalid("grant_type must be authorization_code")
        grant = _redeem(sandbox, sent, login=INSTAGRAM)
    except GraphError as failure:
        body = {"error_type": "OAuthException", "code": 400, "error_message": failure.message}
        return JSONResponse(body, 400)
    token, account = _issue(sandbox, grant, lifetime=SHORT_LIFE, kind="short")
    # The real one gives an id of the app's own here, which is not the id to publish with.
    app_scoped_id = str(int(account.account_id) + 7)
    facts = {"access_token": token, "user_id": app_scoped_id, "permissions": grant["scopes"]}
    return JSONResponse({"data": [facts]})


def answer(call: GraphCall, path: str) -> Response | None:
    """Paths that name no node; None when this is not one of them."""
    handlers = {
        (FACEBOOK, "GET", "oauth/access_token"): facebook_token,
        (FACEBOOK, "POST", "oauth/access_token"): facebook_token,
        (INSTAGRAM, "GET", "access_token"): long_instagram_token,
        (INSTAGRAM, "GET", "refresh_access_token"): refresh_instagram_token,
        (FACEBOOK, "GET", "debug_token"): debug_token,
        (FACEBOOK, "GET", "me/accounts"): pages,
        (FACEBOOK, "GET", "me/permissions"): permissions,
    }
    handler = handlers.get((call.login, call.method, path))
    if handler is not None:
        return handler(call)
    if call.login == FACEBOOK and call.method == "GET" and path.startswith("105") and "/" not in path:
        return page(call, path)
    return None


def facebook_token(call: GraphCall) -> Response:
    """A code becomes a short token, a short token a long one."""
    if call.text("grant_type") != "fb_exchange_token":
        grant = _redeem(
            call.sandbox, {name: str(value) for name, value in call.params.items()}, login=FACEBOOK
        )
        token, _ = _issue(call.sandbox, grant, lifetime=SHORT_LIFE, kind="short")
        return _bearer_answer(token, SHORT_LIFE)
    client_id = call.text("client_id") or ""
    if not call.sandbox.apps.secret_matches(PLATFORM, client_id, call.text("client_secret") or ""):
        raise GraphError(1, None, "Error validating client secret.")
    facts = _live(call, call.text("fb_exchange_token") or "", login=FACEBOOK)
    token, _ = _issue(call.sandbox, facts | {"client_id": client_id}, lifetime=LONG_LIFE, kind="long")
    return _bearer_answer(token, LONG_LIFE)


def long_instagram_token(call: GraphCall) -> Response:
    if call.text("grant_type") != "ig_exchange_token":
        raise invalid("grant_type must be ig_exchange_token")
    facts = _live(call, call.token or "", login=INSTAGRAM)
    if not call.sandbox.apps.secret_matches(PLATFORM, facts["app_id"], call.text("client_secret") or ""):
        raise GraphError(1, None, "Error validating client secret.")
    token, _ = _issue(call.sandbox, facts | {"client_id": facts["app_id"]}, lifetime=LONG_LIFE, kind="long")
    return _bearer_answer(token, LONG_LIFE)


def refresh_instagram_token(call: GraphCall) -> Response:
    """Another 60 days for a token that is a day old and not expired."""
    if call.text("grant_type") != "ig_refresh_token":
        raise invalid("grant_type must be ig_refresh_token")
    facts = _live(call, call.token or "", login=INSTAGRAM)
    if facts["kind"] == "short" or call.now - datetime.fromisoformat(facts["issued_at"]) < REFRESH_AGE:
        raise invalid("The access token must be at least 24 hours old to be refreshed.")
    token, _ = _issue(call.sandbox, facts | {"client_id": facts["app_id"]}, lifetime=LONG_LIFE, kind="long")
    return _bearer_answer(token, LONG_LIFE)


def debug_token(call: GraphCall) -> Response:
    app_id, _, app_secret = (call.token or "").partition("|")
    if not call.sandbox.apps.secret_matches(PLATFORM, app_id, app_secret):
        raise token_dead("unknown")
    facts = call.sandbox.accounts.token(PLATFORM, call.text("input_token") or "")
    if facts is None:
        return JSONResponse({"data": {"is_valid": False, "scopes": [], "error": {"code": 190}}})
    ends_at = datetime.fromisoformat(facts["ends_at"]).timestamp() if facts["ends_at"] else 0
    data = {
        "app_id": facts["app_id"],
        "type": "PAGE" if facts["kind"] == "page" else "USER",
        "is_valid": call.sandbox.accounts.token_state(facts) == "valid",
        "expires_at": int(ends_at),
        "data_access_expires_at": _data_access_ends(call, facts),
        "scopes": facts["scopes"],
    }
    return JSONResponse({"data": data})


def _data_access_ends(call: GraphCall, facts: dict[str, Any]) -> int:
    """In real time, which a client compares with its own clock."""
    consented_at = datetime.fromisoformat(facts.get("consented_at") or facts["issued_at"])
    return int((real_now() + DATA_ACCESS - (call.now - consented_at)).timestamp())


def pages(call: GraphCall) -> Response:
    """`/me/accounts`: the Facebook Page of each account, with its own token, in pages of `limit`."""
    found = call.own_accounts()
    limit, start = max(call.number("limit", 25), 1), call.number("after", 0)
    body: dict[str, Any] = {"data": [_page(call, account) for account in found[start : start + limit]]}
    if start + limit < len(found):
        after = str(start + limit)
        following = f"{call.base_url}/instagram/me/accounts?limit={limit}&after={after}"
        body["paging"] = {"cursors": {"after": after}, "next": following}
    return JSONResponse(body)


def page(call: GraphCall, page_id: str) -> Response:
    known = call.sandbox.accounts.of(PLATFORM)
    account = next((each for each in known if page_id_of(each) == page_id), None)
    if account is None:
        raise gone(page_id)
    call.account(account.account_id)
    return JSONResponse(_page(call, account))


def permissions(call: GraphCall) -> Response:
    return JSONResponse({"data": [{"permission": scope, "status": "granted"} for scope in call.scopes()]})


def page_id_of(account: Account) -> str:
    return "105" + account.account_id[-12:]


def _page(call: GraphCall, account: Account) -> dict[str, Any]:
    handle = account.handle.removeprefix("@")
    facts: dict[str, Any] = {"id": page_id_of(account), "name": handle}
    wanted = call.text("fields") or "access_token"
    if "access_token" in wanted:
        scopes = list(call.scopes())
        facts["access_token"], _ = call.sandbox.accounts.issue_token(
            account,
            login=FACEBOOK,
            kind="page",
            app_id=account.credentials["app_id"],
            scopes=scopes,
            consented_at=call.consented_at(),
        )
    if "instagram_business_account" in wanted:
        inner = re.search(r"instagram_business_account\{([^}]*)\}", wanted)
        named = {"username": handle} if inner and "username" in inner[1] else {}
        facts["instagram_business_account"] = {"id": account.account_id, **named}
    return facts


def _redeem(sandbox: Sandbox, sent: dict[str, str], *, login: str) -> dict[str, Any]:
    client_id = sent.get("client_id", "")
    if not sandbox.apps.secret_matches(PLATFORM, client_id, sent.get("client_secret", "")):
        raise GraphError(1, None, "Error validating client secret.")
    code = sent.get("code", "").removesuffix("#_")
    grant = sandbox.apps.redeem_code(PLATFORM, code)
    if grant is None or grant["login"] != login or grant["client_id"] != client_id:
        raise GraphError(100, 36009, "This authorization code has been used or has expired.")
    if grant["redirect_uri"] != sent.get("redirect_uri"):
        raise GraphError(
            100, 36008, "redirect_uri is not identical to the one used in the OAuth dialog request."
        )
    return grant


def _issue(sandbox: Sandbox, grant: dict[str, Any], *, lifetime: timedelta, kind: str) -> tuple[str, Account]:
    account = sandbox.accounts.get(PLATFORM, grant["account_id"])
    if account is None:
        raise gone(grant["account_id"])
    if "redirect_uri" in grant:
        account = sandbox.accounts.welcome_back(account)
        for id_ in grant["more_account_ids"]:
            other = sandbox.accounts.get(PLATFORM, id_)
            if other is not None:
                sandbox.accounts.welcome_back(other)
    token, _ = sandbox.accounts.issue_token(
        account,
        lifetime=lifetime,
        login=grant["login"],
        kind=kind,
        app_id=grant["client_id"],
        scopes=grant["scopes"],
        more_account_ids=grant.get("more_account_ids", []),
        consented_at=grant.get("consented_at") or sandbox.clock.now().isoformat(),
    )
    return token, account


def _live(call: GraphCall, token: str, *, login: str) -> dict[str, Any]:
    facts = call.sandbox.accounts.token(PLATFORM, token)
    if facts is None or facts["login"] != login:
        raise token_dead("unknown")
    state = call.sandbox.accounts.token_state(facts)
    if state != "valid":
        raise token_dead(state)
    return facts


def _bearer_answer(token: str, lifetime: timedelta) -> Response:
    facts = {"access_token": token, "token_type": "bearer", "expires_in": int(lifetime.total_seconds())}
    return JSONResponse(facts)
