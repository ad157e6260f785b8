"""The consent page that every OAuth stand-in shows: choose an account, allow or deny."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.pages import page


def consent_page(*, service: str, accounts: Sequence[Account], asked: Mapping[str, str]) -> Response:
    """A form with `account_id` and the buttons `decision`; it posts to the address it is shown at."""
    scopes = [scope for scope in asked.get("scope", "").replace(",", " ").split() if scope]
    return page(
        "consent.html", service=service, accounts=accounts, scopes=scopes, client_id=asked.get("client_id")
    )
