"""One sentence that survives the redirect after a form: kept in a short-lived cookie, shown once."""

import json
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import RedirectResponse, Response

FLASH = "flash"
_SECONDS = 60


@dataclass(frozen=True)
class Flash:
    """What just happened: a kind of `templates/parts/flash.html`, and the address it is about."""

    kind: str
    href: str = ""


def flash(response: Response, kind: str, *, href: str = "") -> None:
    """Lets the next page say `kind`."""
    value = json.dumps([kind, href], separators=(",", ":"))
    response.set_cookie(FLASH, value.encode().hex(), max_age=_SECONDS, httponly=True, samesite="lax")


def back_to(address: str, kind: str, *, href: str = "") -> RedirectResponse:
    """Goes to `address` after a form, saying `kind` there."""
    response = RedirectResponse(address, 303)
    flash(response, kind, href=href)
    return response


def take_flash(request: Request) -> Flash | None:
    """What the page before left to say; None for what is none of ours."""
    try:
        kind, href = json.loads(bytes.fromhex(request.cookies.get(FLASH, "")))
    except (ValueError, TypeError):
        return None
    if not isinstance(kind, str) or not isinstance(href, str):
        return None
    return Flash(kind, href if local_path(href) else "")


def local_path(address: str | None, default: str = "") -> str:
    """`address` if it is a path of ours, so that nobody is led elsewhere (`next` of the login)."""
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return default
    return default if any(ord(sign) < 32 for sign in address) else address
