"""One Graph API request: its parameters from query, form or JSON, its token, and who may act for whom."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.instagram.errors import GraphError, gone, invalid, no_permission, token_dead
from pressrun.sandbox.standin import REQUEST_ID, Sandbox, bearer

PLATFORM = "instagram"
FACEBOOK, INSTAGRAM = "facebook", "instagram"

PUBLISH_SCOPE = {FACEBOOK: "instagram_content_publish", INSTAGRAM: "instagram_business_content_publish"}
INSIGHTS_SCOPE = {FACEBOOK: "instagram_manage_insights", INSTAGRAM: "instagram_business_manage_insights"}
ALL_SCOPES = {
    FACEBOOK: (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_insights",
        "instagram_manage_contents",
        "pages_read_engagement",
        "pages_show_list",
    ),
    INSTAGRAM: (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_insights",
    ),
}
RULES: dict[str, tuple[Any, ...]] = {
    "daily_cap": (50, 100, int),
    "png": ("refuse", "accept"),
    "hashtags": (30, 5),
    "second_publish": ("posts", "refuses"),
    "token_status": (400, 401),
    "missing_container": ("100/33", "24/2207006"),
    "resumable": ("documented", "refuse", "accept"),
    "usage_percent": (0, int),
}


@dataclass(frozen=True, kw_only=True)
class GraphCall:
    """`login` is the flavour of the host that was called."""

    sandbox: Sandbox
    method: str
    login: str
    version: str
    params: Mapping[str, Any]
    token: str | None
    base_url: str
    prefix: str
    request_id: str

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    def text(self, name: str) -> str | None:
        value = self.params.get(name)
        if value is None or value == "":
            return None
        return value if isinstance(value, str) else json.dumps(value)

    def flag(self, name: str) -> bool:
        return is_yes(self.params.get(name))

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not value.lstrip("-").isdigit():
            raise invalid(f"Param {name} must be an integer.")
        return int(value)

    def parsed(self, name: str) -> Any:
        """An array or object, which forms and queries carry as JSON; None when absent."""
        value = self.params.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return json.loads(value)
        except ValueError as broken:
            raise invalid(f"Param {name} is not valid JSON.") from broken

    def words(self, name: str) -> list[str]:
        """A list given as JSON array or with commas."""
        value = self.params.get(name)
        if isinstance(value, str) and not value.lstrip().startswith("["):
            return [word.strip() for word in value.split(",") if word.strip()]
        listed = self.parsed(name) or []
        if not isinstance(listed, list):
            raise invalid(f"Param {name} must be an array.")
        return [str(word) for word in listed]

    def rule(self, account: Account, name: str) -> Any:
        return self.sandbox.accounts.rule(account, name, RULES)

    # Who may do what

    def account(self, account_id: str) -> Account:
        """The account of this id, if the token may act for it; raises GraphError otherwise."""
        account = self.sandbox.accounts.get(PLATFORM, account_id)
        facts = self._token_facts(account)
        if account is None or (facts is not None and account_id not in _reachable(facts)):
            raise gone(account_id)
        return account

    def own_account(self) -> Account:
        """The account behind `me`."""
        facts = self._token_facts(None)
        known = self.sandbox.accounts.of(PLATFORM)
        if facts is None:
            account = next((a for a in known if a.options["login"] == self.login), None)
        else:
            account = self.sandbox.accounts.get(PLATFORM, facts["account_id"])
        if account is None:
            raise gone("me")
        return account

    def own_accounts(self) -> list[Account]:
        """Every account that the login behind `me` may act for."""
        first = self.own_account()
        facts = self._token_facts(None)
        others = facts.get("more_account_ids", []) if facts else []
        found = [self.sandbox.accounts.get(PLATFORM, id_) for id_ in others]
        return [first, *(account for account in found if account is not None)]

    def require(self, scope: str) -> None:
        facts = self._token_facts(None)
        if facts is not None and scope not in facts["scopes"]:
            raise no_permission(scope)

    def scopes(self) -> tuple[str, ...]:
        facts = self._token_facts(None)
        return tuple(facts["scopes"]) if facts else ALL_SCOPES[self.login]

    def consented_at(self) -> str:
        """When a person last allowed what this token may do."""
        facts = self._token_facts(None) or {}
        return facts.get("consented_at") or facts.get("issued_at") or self.now.isoformat()

    def _token_facts(self, account: Account | None) -> dict[str, Any] | None:
        """What is known of a good token; None for the fixed key. Raises GraphError for any other."""
        if not self.token:
            raise GraphError(
                2500, None, "An active access token must be used to query information about the current user."
            )
        status = self.rule(account, "token_status") if account else 400
        if self.token == FIXED_KEY:
            if account is not None and account.token != "valid":
                raise token_dead(account.token, status=status)
            return None
        facts = self.sandbox.accounts.token(PLATFORM, self.token)
        if facts is None or facts["login"] != self.login:
            raise token_dead("unknown", status=status)
        state = self.sandbox.accounts.token_state(facts)
        if state != "valid":
            owner = self.sandbox.accounts.get(PLATFORM, facts["account_id"])
            raise token_dead(state, status=self.rule(owner, "token_status") if owner else status)
        self._check_proof(facts)
        return facts

    def _check_proof(self, facts: Mapping[str, Any]) -> None:
        proof = self.text("appsecret_proof")
        if proof is None:
            return
        secret = self.sandbox.apps.secret(PLATFORM, facts["app_id"]) or ""
        expected = hmac.new(secret.encode(), (self.token or "").encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, proof):
            raise invalid("Invalid appsecret_proof provided in the API argument")


def _reachable(facts: Mapping[str, Any]) -> list[str]:
    return [facts["account_id"], *facts.get("more_account_ids", [])]


def is_yes(value: object) -> bool:
    """Whether a switch is on, as JSON or as forms and queries say it."""
    return str(value).lower() in ("true", "1")


async def read_call(
    sandbox: Sandbox, request: Request, *, login: str, version: str, prefix: str, body_is_media: bool = False
) -> GraphCall:
    """A body that is media is left unread, whatever its content type says."""
    params: dict[str, Any] = dict(request.query_params)
    if not body_is_media:
        params.update(await _body_params(request))
    return GraphCall(
        sandbox=sandbox,
        method=request.method,
        login=login,
        version=version,
        params=params,
        token=str(params.get("access_token") or "") or bearer(request.headers.get("authorization", "")),
        base_url=sandbox.base_url(request),
        prefix=prefix,
        request_id=request.scope[REQUEST_ID],
    )


async def _body_params(request: Request) -> dict[str, Any]:
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "application/json":
        try:
            sent = json.loads(await request.body() or b"{}")
        except ValueError as broken:
            raise invalid("The request body is not valid JSON.") from broken
        return sent if isinstance(sent, dict) else {}
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return dict(await request.form())
    return {}
