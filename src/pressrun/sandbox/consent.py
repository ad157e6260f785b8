"""The consent page that every OAuth stand-in shows: choose an account, allow or deny."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.pages import page


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person chose on the page; no accounts when they denied."""

    accounts: tuple[Account, ...]
    scopes: tuple[str, ...]

    @property
    def account(self) -> Account | None:
        """The chosen one, where only one can be."""
        return self.accounts[0] if self.accounts else None


async def ask(
    request: Request,
    *,
    service: str,
    accounts: Sequence[Account],
    untick: bool = False,
    several: bool = False,
) -> Response | Decision:
    """The page until its form is posted, then the decision. With `untick` single scopes can be left out.

    With `several` the form may name more than one `account_id`. It is `account_id` and `decision`; a form
    that names no scopes grants all that were asked for.
    """
    asked = scopes_of(request.query_params)
    if request.method == "GET":
        return page(
            "consent.html",
            service=service,
            accounts=accounts,
            scopes=asked,
            untick=untick,
            several=several,
            client_id=request.query_params.get("client_id"),
        )
    sent = await request.form()
    wanted = sent.getlist("account_id") if several else sent.getlist("account_id")[:1]
    chosen = tuple(each for each in accounts if each.account_id in wanted)
    ticked = [scope for scope in asked if scope in sent.getlist("scope")] if "choosing" in sent else asked
    return Decision(accounts=chosen if sent.get("decision") == "allow" else (), scopes=tuple(ticked))


def scopes_of(asked: Mapping[str, str]) -> list[str]:
    """The scopes of an authorization request, with commas or spaces between them."""
    return list(dict.fromkeys(asked.get("scope", "").replace(",", " ").split()))


def redirect_back(redirect_uri: str, answer: Mapping[str, str | None], *, end: str = "") -> Response:
    """Sends the browser back to the app with what is not None of `answer`."""
    given = urlencode({name: value for name, value in answer.items() if value is not None})
    joint = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{given}{end}", 302)
