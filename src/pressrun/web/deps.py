"""What routes are given: the parts of the running application."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from anyio import CapacityLimiter
from fastapi import Depends, Request
from prometheus_client import CollectorRegistry
from starlette.responses import Response

from pressrun.actions.base import Workspace
from pressrun.actions.passwords import Passwords
from pressrun.domain.persona import Language
from pressrun.kit.ids import new_id
from pressrun.store.database import Store
from pressrun.web.live import Live

ErrorPage = Callable[[Request, "Trouble"], Response]


@dataclass(frozen=True)
class Trouble:
    """What went wrong, ready to be shown; `lines` are the single fields, `title` is what happened."""

    status: int
    code: str
    title: str
    detail: str
    language: Language
    lines: tuple[tuple[str | None, str], ...] = ()


@dataclass(frozen=True)
class WebParts:
    """What the web needs beside the workspace. One is made at each start."""

    language: Language
    """For readers who name none."""
    own_url: str
    """Where people reach Pressrun, without a slash at its end."""
    passwords: Passwords
    metrics: CollectorRegistry
    error_page: ErrorPage
    logins: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(4))
    """How many logins are checked at once."""
    process_id: str = field(default_factory=new_id)
    """Names this start: requests that an earlier start left unfinished are dead."""

    @property
    def redirect_uri(self) -> str:
        """Where platforms send people back to after a consent; registered with each app."""
        return f"{self.own_url}/accounts/connect/callback"


def workspace_of(request: Request) -> Workspace:
    """The workspace of the running application."""
    return request.app.state.workspace


def store_of(request: Request) -> Store:
    """The store of the running application."""
    return workspace_of(request).store


def live_of(request: Request) -> Live:
    """The live events of the running application."""
    return request.app.state.live


def parts_of(request: Request) -> WebParts:
    """The other parts of the running application."""
    return request.app.state.web


InWorkspace = Annotated[Workspace, Depends(workspace_of)]
InStore = Annotated[Store, Depends(store_of)]
InLive = Annotated[Live, Depends(live_of)]
WithParts = Annotated[WebParts, Depends(parts_of)]
