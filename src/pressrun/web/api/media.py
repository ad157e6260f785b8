"""`/media`: files of the local media store, at signed addresses that platforms fetch without a login."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Protocol, runtime_checkable

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from pressrun.domain.problems import Problem
from pressrun.web.deps import InWorkspace
from pressrun.web.openapi import errors

router = APIRouter(tags=["media"], responses=errors(400, 404, 422))


@runtime_checkable
class SignedFiles(Protocol):
    """A media store that serves its files itself."""

    def verify(self, location: str, expires: str, signature: str, now: datetime) -> Path:
        """The file that a signed address names. Raises `Problem` (404)."""
        ...


@router.head("/media/{location:path}", include_in_schema=False)
@router.get("/media/{location:path}", response_class=FileResponse)
def get_media(
    workspace: InWorkspace,
    location: str,
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=200)] = "",
) -> Any:
    """A file, for whoever has its signed address."""
    files = workspace.local_media
    if not isinstance(files, SignedFiles):
        raise Problem.not_found("not_found")
    path = files.verify(location, expires, signature, workspace.store.clock.now())
    return FileResponse(path, headers={"Cross-Origin-Resource-Policy": "cross-origin"})
