"""`/static`: style sheets, scripts, icons and fonts that ship inside the package."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

_FILES = StaticFiles(directory=Path(__file__).parent.parent / "static")
_CHANGES = "no-cache"
_RARELY_CHANGES = "public, max-age=604800"


@router.get("/static/{path:path}")
async def static(request: Request, path: str) -> Response:
    """One file; browsers ask again whether it changed, packages and fonts they keep for a week."""
    response = await _FILES.get_response(path, request.scope)
    response.headers["Cache-Control"] = _RARELY_CHANGES if path.startswith("vendor/") else _CHANGES
    return response
