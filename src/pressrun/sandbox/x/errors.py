"""Errors of the X API: problems of v2, or the list of numbered errors that older answers have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

PROBLEMS = "https://api.x.com/2/problems/"
V2, LEGACY = "v2", "legacy"


@dataclass(eq=False, kw_only=True)
class XError(Exception):
    """One refusal: `kind` names the problem (None: about:blank).

    `code` is its number in the older shape; a refusal that came later has none (0) and is a problem always.
    """

    status: int
    title: str
    detail: str
    code: int
    kind: str | None = None
    legacy_status: int | None = None
    errors: tuple[Mapping[str, Any], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, shape: str = V2) -> Response:
        if shape == LEGACY and self.code:
            body: dict[str, Any] = {"errors": [{"code": self.code, "message": self.detail}]}
            return JSONResponse(body, self.legacy_status or self.status, headers=dict(self.headers))
        body = {"title": self.title, "detail": self.detail, "type": self.type, "status": self.status}
        if self.errors:
            body["errors"] = list(self.errors)
        return JSONResponse(body | dict(self.more), self.status, headers=dict(self.headers))

    @property
    def type(self) -> str:
        return PROBLEMS + self.kind if self.kind else "about:blank"


def invalid(
    message: str, *, parameter: str = "", value: Any = None, code: int = 38, legacy_status: int = 400
) -> XError:
    """A field or parameter that makes no sense; `parameter` is its dotted name."""
    error: dict[str, Any] = {"message": message}
    if parameter:
        values = value if isinstance(value, list) else [] if value is None else [value]
        error["parameters"] = {parameter: [str(each) for each in values]}
    return XError(
        status=400,
        title="Invalid Request",
        detail="One or more parameters to your request was invalid." if parameter else message,
        code=code,
        kind="invalid-request",
        legacy_status=legacy_status,
        errors=(error,),
    )


def unauthorized(code: int = 89) -> XError:
    return XError(status=401, title="Unauthorized", detail="Unauthorized", code=code)


def forbidden(detail: str, code: int) -> XError:
    return XError(status=403, title="Forbidden", detail=detail, code=code)


def not_permitted() -> XError:
    """The app or the token lacks the right."""
    return forbidden("You are not permitted to perform this action.", 261)


def not_found(parameter: str, value: str, *, resource: str = "tweet") -> XError:
    problem = missing(parameter, value, resource=resource)
    return XError(
        status=404,
        title=problem["title"],
        detail=problem["detail"],
        code=144,
        kind="resource-not-found",
        more={name: problem[name] for name in ("parameter", "resource_id", "resource_type", "value")},
    )


def missing(parameter: str, value: str, *, resource: str = "tweet") -> dict[str, Any]:
    """The same as a part of an answer that found something else."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": f"{PROBLEMS}resource-not-found",
    }


def too_many(headers: Mapping[str, str]) -> XError:
    return XError(status=429, title="Too Many Requests", detail="Too Many Requests", code=88, headers=headers)


def too_large(what: str) -> XError:
    return XError(
        status=413,
        title="Payload Too Large",
        detail=f"The {what} is larger than allowed.",
        code=324,
        kind="invalid-request",
    )


def error_of_status(status: int, message: str) -> Response:
    """What the platform would put into an answer of this HTTP status."""
    titles = {
        400: ("Invalid Request", 38, "invalid-request"),
        401: ("Unauthorized", 89, None),
        402: ("Payment Required", 0, None),
        403: ("Forbidden", 261, None),
        404: ("Not Found Error", 34, "resource-not-found"),
        429: ("Too Many Requests", 88, None),
        503: ("Service Unavailable", 130, None),
    }
    default = ("Internal Server Error", 131, None) if status >= 500 else ("Error", 0, None)
    title, code, kind = titles.get(status, default)
    return XError(status=status, title=title, detail=f"{title}: {message}", code=code, kind=kind).response()
