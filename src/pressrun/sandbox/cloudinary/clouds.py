"""Whose cloud a call is about, and whether its caller may make it."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from pressrun.sandbox.accounts import FIXED_KEY, Account
from pressrun.sandbox.clock import real_now
from pressrun.sandbox.cloudinary.errors import CloudinaryError, bad
from pressrun.sandbox.cloudinary.signing import is_signed, string_to_sign
from pressrun.sandbox.standin import Sandbox

PLATFORM = "cloudinary"
RULES: Mapping[str, tuple[Any, ...]] = {
    # A setting of the real account; which one it has is not visible to a client.
    "signature": ("sha1", "sha256"),
    # What a plan allows; these are said to be the free one's.
    "max_image_mb": (10, int),
    "max_video_mb": (100, int),
    "admin_per_hour": (500, int),
}
STALE_SECONDS = 3600


@dataclass(frozen=True)
class Cloud:
    """One account and everything stored in it."""

    sandbox: Sandbox
    account: Account

    @property
    def name(self) -> str:
        return self.account.account_id

    @property
    def secret(self) -> str:
        return self.account.credentials["api_secret"]

    def rule(self, name: str) -> Any:
        return self.sandbox.accounts.rule(self.account, name, RULES)

    def check_open(self) -> None:
        """Raises where the account is disabled or over its limit."""
        if self.account.account == "suspended":
            raise CloudinaryError(403, f"Account {self.name} is disabled")
        if self.account.account == "restricted":
            raise CloudinaryError(420, "Rate Limit Exceeded. Limit of api operations reached.")

    def check_signed(self, params: Mapping[str, str]) -> None:
        """Raises unless this cloud's own key signed the parameters within the last hour."""
        if not params.get("signature"):
            self._refuse_unsigned(params)
        secret = self._secret_of(params.get("api_key", ""))
        self._check_timestamp(params.get("timestamp", ""))
        if not is_signed(params, (secret,), self.rule("signature")):
            told = string_to_sign(params, 2)
            raise CloudinaryError(401, f"Invalid Signature {params['signature']}. String to sign - '{told}'.")

    def check_basic(self, request: Request) -> None:
        """Raises unless the request carries this cloud's key and secret (Admin API)."""
        scheme, _, told = request.headers.get("authorization", "").partition(" ")
        try:
            key, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            key, secret = "", ""
        if scheme.lower() != "basic" or self._secret_of(key) != secret:
            raise CloudinaryError(401, "api_secret mismatch")

    def _secret_of(self, key: str) -> str:
        if key == FIXED_KEY:
            return FIXED_KEY
        facts = self.sandbox.accounts.token(PLATFORM, key) if key else None
        if (
            facts is None
            or facts["account_id"] != self.name
            or self.sandbox.accounts.token_state(facts) != "valid"
        ):
            raise CloudinaryError(401, f"Unknown API key {key}")
        return self.secret

    def _refuse_unsigned(self, params: Mapping[str, str]) -> None:
        if params.get("upload_preset"):
            raise bad("Upload preset not found")
        if params.get("api_key"):
            raise CloudinaryError(401, "Missing required parameter - signature")
        raise bad("Upload preset must be specified when using unsigned upload")

    def _check_timestamp(self, written: str) -> None:
        if not written.isdigit():
            raise bad("Missing required parameter - timestamp")
        # The client takes it from its own clock, so the stand-ins' clock has no part in it.
        now = real_now().timestamp()
        if abs(now - int(written)) > STALE_SECONDS:
            raise bad(f"Stale request - reported time is {written} which is more than 1 hour from {int(now)}")


def cloud_at(sandbox: Sandbox, name: str) -> Cloud:
    """The cloud of this name; `sandbox` is always there, for the demo."""
    account = sandbox.accounts.get(PLATFORM, name)
    if account is None and name == FIXED_KEY:
        account = sandbox.accounts.add(fixed_account())
    if account is None:
        raise CloudinaryError(404, f"Invalid cloud_name {name}")
    return Cloud(sandbox, account)


def fixed_account() -> Account:
    credentials = {"cloud_name": FIXED_KEY, "api_key": FIXED_KEY, "api_secret": FIXED_KEY}
    return Account(platform=PLATFORM, account_id=FIXED_KEY, handle=FIXED_KEY, credentials=credentials)
