"""Every way a request can go wrong, told as `application/problem+json` or as a page (RFC 9457, S0.7)."""

import errno
import html
import secrets
import sqlite3
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from pressrun.domain.persona import Language
from pressrun.domain.problems import Flaw, Problem
from pressrun.web import wording
from pressrun.web.deps import Trouble, parts_of
from pressrun.web.language import language_of

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_BUSY = 2
_log = structlog.get_logger(__name__)

_HTTP_CODES = {
    400: "request_malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "file_too_large",
}
_FULL = (errno.ENOSPC, errno.EDQUOT)


def add_error_handlers(app: FastAPI) -> None:
    """Makes every failing request end in a readable answer."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(OperationalError, _on_database)
    app.add_exception_handler(PoolTimeout, _on_no_connection)
    app.add_exception_handler(DataError, _on_bad_value)
    app.add_exception_handler(OSError, _on_os)


def problem_response(request: Request, problem: Problem) -> Response:
    """The answer for a problem: JSON for programs, a page or the way to the login for people."""
    language = language_of(request)
    if problem.status == HTTPStatus.UNAUTHORIZED and wants_page(request):
        return _to_login(request)
    trouble = _trouble(problem, language)
    if wants_page(request):
        response = parts_of(request).error_page(request, trouble)
    else:
        response = _json(problem, trouble)
    if "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers["Content-Language"] = language.value
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_page(request: Request) -> bool:
    """Whether a person in a browser will read the answer."""
    if request.url.path.startswith("/api/"):
        return False
    return "hx-request" in request.headers or "text/html" in request.headers.get("accept", "")


def plain_error_page(request: Request, trouble: Trouble) -> Response:
    """An error page that needs no template."""
    lines = "".join(f"<li>{html.escape(line)}</li>" for _, line in trouble.lines)
    page = (
        f'<!doctype html><html lang="{trouble.language.value}"><meta charset="utf-8">'
        f"<title>{html.escape(trouble.title)} · Pressrun</title>"
        f"<h1>{html.escape(trouble.title)}</h1><p>{html.escape(trouble.detail)}</p><ul>{lines}</ul>"
        '<p><a href="/">Pressrun</a></p>'
    )
    return HTMLResponse(page, trouble.status)


def invalid_fields(invalid: ValidationError, language: Language) -> Problem:
    """What pydantic found wrong with the fields of a form, as the API tells it of a body."""
    errors = [{**error, "loc": ("form", error["loc"][0])} for error in invalid.errors()]
    return Problem(*(_flaw(error, language) for error in errors))


def is_disk_full(error: BaseException) -> bool:
    """Whether a write failed because there is no room left."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    cause = getattr(error, "orig", None)
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode == sqlite3.SQLITE_FULL
    return getattr(cause, "sqlstate", None) == "53100"


def is_busy(error: OperationalError) -> bool:
    """Whether the database was locked, full of connections or not reachable for a moment."""
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return True


def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_response(request, error)


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    language = language_of(request)
    flaws = [_flaw(each, language) for each in error.errors()]
    return problem_response(request, Problem(*flaws))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _HTTP_CODES.get(error.status_code, "request_malformed")
    values = {"limit": request.state.body_limit} if error.status_code == 413 else {}
    response = problem_response(request, Problem(Flaw(code, None, values), status=error.status_code))
    response.headers.update(error.headers or {})
    return response


def _on_database(request: Request, error: Exception) -> Response:
    assert isinstance(error, OperationalError)
    if is_disk_full(error):
        return _disk_full(request)
    return _busy(request) if is_busy(error) else unexpected_response(request, error)


def _on_no_connection(request: Request, error: Exception) -> Response:
    return _busy(request)


def _on_bad_value(request: Request, error: Exception) -> Response:
    # Only a caller's value that the database can't hold ends here, such as a number too large.
    _log.warning("value refused by the database", path=request.url.path, exc_info=error)
    return problem_response(request, Problem(Flaw("request_malformed")))


def _on_os(request: Request, error: Exception) -> Response:
    return _disk_full(request) if is_disk_full(error) else unexpected_response(request, error)


def unexpected_response(request: Request, error: Exception) -> Response:
    """The answer for an error that nobody foresaw: a number, which the log has too, and nothing else."""
    trace = secrets.token_hex(6)
    _log.error("request failed", trace=trace, method=request.method, path=request.url.path, exc_info=error)
    return problem_response(request, Problem(Flaw("unexpected", None, {"trace": trace}), status=500))


def _busy(request: Request) -> Response:
    extra = {"retry_after": RETRY_AFTER_BUSY}
    return problem_response(request, Problem(Flaw("database_busy"), status=503, extra=extra))


def _disk_full(request: Request) -> Response:
    return problem_response(request, Problem(Flaw("disk_full"), status=507))


def _flaw(error: dict[str, Any], language: Language) -> Flaw:
    field = _field(error["loc"])
    if error["type"] == "missing":
        return Flaw("field_missing", field)
    if isinstance(problem := error.get("ctx", {}).get("error"), ProblemError):
        return Flaw(problem.code, field, problem.values)
    return Flaw("field_invalid", field, {"reason": wording.reason(error["type"], language)})


class ProblemError(ValueError):
    """Raised by a pydantic validator to name a code of `domain.messages` for its field."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def _field(location: Sequence[Any]) -> str | None:
    names = [str(part) for part in location[1:] if isinstance(part, str | int)]
    return ".".join(names) if names and isinstance(location[1], str) else None


def _trouble(problem: Problem, language: Language) -> Trouble:
    code = problem.code
    values = problem.flaws[0].values if len(problem.flaws) == 1 else {}
    lines = tuple((flaw.field, _line(flaw, language)) for flaw in problem.flaws if flaw.field)
    return Trouble(
        status=problem.status,
        code=code,
        title=wording.what_happened(code, language, values),
        detail=wording.what_to_do(code, language, values)
        or " ".join(dict.fromkeys(line for _, line in lines)),
        language=language,
        lines=lines,
    )


def _line(flaw: Flaw, language: Language) -> str:
    happened = wording.what_happened(flaw.code, language, flaw.values)
    return f"{happened} {wording.what_to_do(flaw.code, language, flaw.values)}".strip()


def _json(problem: Problem, trouble: Trouble) -> JSONResponse:
    body: dict[str, Any] = {
        "type": f"urn:pressrun:problem:{trouble.code}",
        "title": trouble.title,
        "status": trouble.status,
        "detail": trouble.detail,
        "code": trouble.code,
    }
    named = [flaw for flaw in problem.flaws if flaw.field]
    if named:
        body["errors"] = [
            {"field": field, "code": flaw.code, "message": line}
            for flaw, (field, line) in zip(named, trouble.lines, strict=True)
        ]
    body.update({name: value for name, value in problem.extra.items() if name not in body})
    return JSONResponse(body, trouble.status, media_type=MEDIA_TYPE)


def _to_login(request: Request) -> Response:
    htmx = "hx-request" in request.headers
    target = request.headers.get("hx-current-url", "/") if htmx else str(request.url)
    path = target if target.startswith("/") else "/" + target.partition("://")[2].partition("/")[2]
    address = f"/login?next={quote(path, safe='/')}"
    if htmx:
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)
