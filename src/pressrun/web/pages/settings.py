"""What a person chooses for themselves: language and theme."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from pressrun.actions import users
from pressrun.domain.persona import Language
from pressrun.web.auth import Reader
from pressrun.web.deps import InStore
from pressrun.web.flash import local_path
from pressrun.web.language import COOKIE
from pressrun.web.pages.own_forms import Next, OwnForm

router = APIRouter(prefix="/settings", include_in_schema=False, dependencies=[OwnForm])


@router.post("/theme")
def theme(
    visitor: Reader, store: InStore, theme: Annotated[str, Form(max_length=20)], next_address: Next = "/"
) -> Response:
    """Light, dark, or as the system."""
    users.set_theme(store, visitor.user.id, theme)
    return RedirectResponse(local_path(next_address, "/"), 303)


@router.post("/language")
def language(
    visitor: Reader, store: InStore, language: Annotated[Language, Form()], next_address: Next = "/"
) -> Response:
    """Korean or English, kept with the person and for the login page."""
    users.set_language(store, visitor.user.id, language)
    response = RedirectResponse(local_path(next_address, "/"), 303)
    response.set_cookie(COOKIE, language.value, max_age=31_536_000, samesite="lax")
    return response
