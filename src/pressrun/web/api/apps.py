"""`/api/apps`: the keys of a person's own apps at the platforms. Secrets go in and never come out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import apps as actions
from pressrun.actions.apps import AppSource, AppState
from pressrun.web.auth import Admin
from pressrun.web.deps import InWorkspace, WithParts
from pressrun.web.forms import Key
from pressrun.web.openapi import EVERYWHERE

router = APIRouter(prefix="/api/apps", tags=["apps"], responses=EVERYWHERE)


class NewApp(BaseModel):
    """The keys of an app; a secret left out stays as it is, an empty one is for apps without one."""

    client_id: Annotated[Key, Field(max_length=200)]
    client_secret: Annotated[Key | None, Field(json_schema_extra={"writeOnly": True})] = None


class AppAnswer(BaseModel):
    """An app without its secret, and the redirect address to register with it."""

    platform: str
    sign_in: str
    source: AppSource
    client_id: str
    redirect_uri: str
    changed_at: datetime | None


class AppList(BaseModel):
    """Every way to sign in."""

    items: list[AppAnswer]


@router.get("")
def list_apps(visitor: Admin, workspace: InWorkspace, parts: WithParts) -> AppList:
    """Every way to sign in at a platform, with the app it uses."""
    return AppList(items=[_answer(state, parts.redirect_uri) for state in actions.listed(workspace)])


@router.get("/{platform}/{sign_in}")
def get_app(
    visitor: Admin, workspace: InWorkspace, parts: WithParts, platform: str, sign_in: str
) -> AppAnswer:
    """The app of one way to sign in."""
    return _answer(actions.get(workspace, platform, sign_in), parts.redirect_uri)


@router.put("/{platform}/{sign_in}")
def put_app(
    visitor: Admin, workspace: InWorkspace, parts: WithParts, platform: str, sign_in: str, given: NewApp
) -> AppAnswer:
    """Keeps the keys of an app."""
    state = actions.save(
        workspace, platform, sign_in, client_id=given.client_id, client_secret=given.client_secret
    )
    return _answer(state, parts.redirect_uri)


@router.delete("/{platform}/{sign_in}")
def remove_app(
    visitor: Admin, workspace: InWorkspace, parts: WithParts, platform: str, sign_in: str
) -> AppAnswer:
    """Forgets the keys; accounts connected with them stay."""
    return _answer(actions.remove(workspace, platform, sign_in), parts.redirect_uri)


def _answer(state: AppState, redirect_uri: str) -> AppAnswer:
    return AppAnswer(
        platform=state.platform,
        sign_in=state.sign_in,
        source=state.source,
        client_id=state.client_id,
        redirect_uri=redirect_uri,
        changed_at=state.changed_at,
    )
