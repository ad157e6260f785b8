"""The OpenAPI description: the error answers that every route may give (RFC 9457)."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import JSONResponse

from pressrun.web.auth import Reader
from pressrun.web.errors import MEDIA_TYPE

_TEXT = {"type": "string"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": _TEXT,
        "title": {**_TEXT, "description": "What happened, in the reader's language."},
        "status": {"type": "integer"},
        "detail": {**_TEXT, "description": "What to do."},
        "code": {**_TEXT, "description": "Stable; `invalid` where several fields are wrong."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {"field": _TEXT, "code": _TEXT, "message": _TEXT},
            },
        },
    },
}

_MEANINGS = {
    400: "The request can't be read.",
    401: "Not signed in.",
    403: "Not allowed, or sent from another site.",
    404: "There is no such thing.",
    409: "The state refuses it.",
    413: "The body is too large.",
    422: "A field can't be used.",
    429: "Too many attempts.",
    500: "Unexpected; the log has the trace.",
    503: "Busy; try again.",
    507: "The disk is full.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route or router that may answer these statuses."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _MEANINGS[status], "content": content} for status in statuses}


EVERYWHERE = errors(400, 401, 403, 404, 409, 413, 422, 500, 503, 507)


router = APIRouter(tags=["description"])


@router.get("/api/openapi.json", include_in_schema=False)
def description(visitor: Reader, request: Request) -> JSONResponse:
    """The description of this API (OpenAPI)."""
    return JSONResponse(request.app.openapi())


def describe(app: FastAPI) -> None:
    """Adds the schema of problems to the description of `app`."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        description = original()
        description.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        return description

    app.openapi = openapi  # type: ignore[method-assign]
