"""The notification channels on the settings page."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import telling
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.store import channels
from pressrun.web.auth import Admin
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import OwnForm, flaw_texts

router = APIRouter(prefix="/settings", include_in_schema=False)

PAGE = "/settings#channels"


@router.get("")
def settings_page(request: Request, visitor: Admin, store: InStore) -> HTMLResponse:
    """What the owner sets for everyone."""
    return _page(request, store, {})


@router.post("/channels", dependencies=[OwnForm])
def add(
    request: Request,
    visitor: Admin,
    workspace: InWorkspace,
    address: Annotated[str, Form(max_length=2000)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    language: Annotated[Language, Form()] = Language.KO,
) -> Response:
    """A new channel; a wrong address is told beside its field."""
    try:
        telling.add_channel(workspace, visitor.caller, name=name, address=address, language=language)
    except Problem as problem:
        return _page(request, workspace.store, flaw_texts(problem, language_of(request)), name=name)
    return back_to(PAGE, "channel_added")


@router.post("/channels/{channel_id}/switch", dependencies=[OwnForm])
def switch(
    visitor: Admin, workspace: InWorkspace, channel_id: str, enabled: Annotated[bool, Form()] = False
) -> Response:
    """On or off."""
    telling.switch_channel(workspace, visitor.caller, channel_id, enabled=enabled)
    return back_to(PAGE, "channel_on" if enabled else "channel_off")


@router.post("/channels/{channel_id}/test", dependencies=[OwnForm])
async def test(visitor: Admin, workspace: InWorkspace, channel_id: str) -> Response:
    """A test message."""
    await telling.try_channel(workspace, visitor.caller, channel_id)
    return back_to(PAGE, "channel_tested")


@router.post("/channels/{channel_id}/remove", dependencies=[OwnForm])
def remove(visitor: Admin, workspace: InWorkspace, channel_id: str) -> Response:
    """Forgets a channel."""
    telling.remove_channel(workspace, visitor.caller, channel_id)
    return back_to(PAGE, "channel_removed")


def _page(request: Request, store: InStore, flaws: dict[str, str], *, name: str = "") -> HTMLResponse:
    with store.read() as tx:
        values = {"channels": channels.listed(tx), "flaws": flaws, "typed_name": name}
    return screen(request, "settings/page.html", values, status=422 if flaws else 200)
