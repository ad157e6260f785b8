"""The keys of the person's own apps: where to get them, where to enter them, which address to register."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import apps as actions
from pressrun.actions.base import Workspace
from pressrun.domain.problems import Problem
from pressrun.web.auth import Admin
from pressrun.web.deps import InWorkspace, parts_of
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, flaw_texts
from pressrun.web.pages.ways import by_platform

router = APIRouter(prefix="/settings/apps", include_in_schema=False)

PAGE = "/settings/apps"


@router.get("")
def listed(request: Request, visitor: Admin, workspace: InWorkspace) -> HTMLResponse:
    """Every way to sign in, with its guide and its form."""
    return _page(request, workspace)


@router.post("/{platform}/{sign_in}", dependencies=[OwnForm])
def save(
    request: Request,
    visitor: Admin,
    workspace: InWorkspace,
    platform: str,
    sign_in: str,
    client_id: Annotated[str, Form(max_length=200)] = "",
    client_secret: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Keeps the keys; a secret that is left empty stays as it is."""
    try:
        actions.save(workspace, platform, sign_in, client_id=client_id, client_secret=client_secret or None)
    except Problem as problem:
        flaws = flaw_texts(problem, language_of(request))
        return _page(request, workspace, flaws, wrong=f"{platform}-{sign_in}", typed=client_id)
    return back_to(f"{PAGE}#{platform}-{sign_in}", "app_saved")


@router.post("/{platform}/{sign_in}/remove", dependencies=[OwnForm])
def remove(visitor: Admin, workspace: InWorkspace, platform: str, sign_in: str) -> Response:
    """Forgets the keys."""
    actions.remove(workspace, platform, sign_in)
    return back_to(f"{PAGE}#{platform}-{sign_in}", "app_removed")


def _page(
    request: Request,
    workspace: Workspace,
    flaws: dict[str, str] | None = None,
    *,
    wrong: str = "",
    typed: str = "",
) -> HTMLResponse:
    values = {
        "ways": by_platform(actions.listed(workspace)),
        "redirect_uri": parts_of(request).redirect_uri,
        "flaws": flaws or {},
        "wrong": wrong,
        "typed": typed,
    }
    return screen(request, "settings/apps.html", values, status=422 if flaws else 200)
