"""Errors in the JSON shape of Google's APIs; clients classify them by `errors[0].reason`."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass(eq=False)
class ApiError(Exception):
    """One refusal. `location` is the parameter, field or header that is meant; `named` adds Google's own word
    for the HTTP status, which only part of the real answers have."""

    status: int
    reason: str
    message: str
    domain: str = "global"
    location: str = ""
    location_type: str = "other"
    named: bool = False
    details: tuple[dict[str, Any], ...] = ()

    def response(self) -> Response:
        entry: dict[str, Any] = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            entry |= {"location": self.location, "locationType": self.location_type}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [entry]}
        if self.named:
            error["status"] = _STATUS_NAMES.get(self.status, "UNKNOWN")
        if self.details:
            error["details"] = list(self.details)
        headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
        return JSONResponse({"error": error}, self.status, headers=headers if self.status == 401 else None)


def bad_request(message: str) -> ApiError:
    return ApiError(400, "badRequest", message, named=True)


def bad_field(reason: str, field: str, message: str, *, domain: str = "youtube.video") -> ApiError:
    """A property of the resource in the request body breaks a rule."""
    return ApiError(400, reason, message, domain=domain, location=f"body.{field}")


def missing_parameter(name: str) -> ApiError:
    return ApiError(400, "required", f"Required parameter: {name}", location=name, location_type="parameter")


def bad_parameter(reason: str, name: str, message: str, *, domain: str = "youtube.parameter") -> ApiError:
    return ApiError(400, reason, message, domain=domain, location=name, location_type="parameter")


def not_found(reason: str, message: str, *, domain: str = "youtube.video") -> ApiError:
    return ApiError(404, reason, message, domain=domain)


def no_login(*, given: bool) -> ApiError:
    """A token that is unknown, expired or revoked, or none at all."""
    reason, message = ("authError", "Invalid Credentials") if given else ("required", "Login Required.")
    return ApiError(401, reason, message, location="Authorization", location_type="header", named=True)


def missing_scope(method: str) -> ApiError:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "youtube.googleapis.com", "method": f"youtube.api.v3.{method}"},
    }
    message = "Request had insufficient authentication scopes."
    return ApiError(403, "insufficientPermissions", message, named=True, details=(info,))


def blocked(reason: str) -> ApiError:
    """The account is suspended, closed or may not do this; `reason` says which."""
    return ApiError(
        403, reason, "The YouTube account of the authenticated user is suspended or closed.",
        domain="youtube.header", location="Authorization", location_type="header",
    )  # fmt: skip


def no_channel() -> ApiError:
    message = "The Google account has no YouTube channel."
    return ApiError(401, "youtubeSignupRequired", message, domain="youtube.header", location="Authorization")


def api_disabled(project: str) -> ApiError:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com",
        "metadata": {"service": "youtube.googleapis.com", "consumer": f"projects/{project}"},
    }
    message = f"YouTube Data API v3 has not been used in project {project} before or it is disabled."
    return ApiError(403, "accessNotConfigured", message, "usageLimits", named=True, details=(info,))


def too_large() -> ApiError:
    return ApiError(413, "uploadTooLarge", "The file is larger than the maximum size of this upload.")


def forbidden(message: str, *, domain: str = "youtube.video") -> ApiError:
    return ApiError(403, "forbidden", message, domain=domain)


def units_used_up() -> ApiError:
    return ApiError(
        403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.",
        domain="youtube.quota",
    )  # fmt: skip


def uploads_used_up(*, status: int, project: str) -> ApiError:
    """The day's bucket of uploads: documented as 403 quotaExceeded, met as 429 rateLimitExceeded."""
    if status == 403:
        return units_used_up()
    limit, metric = "Video Uploads per day", "Video Uploads"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{limit}' of service"
        f" 'youtube.googleapis.com' for consumer 'project_number:{project}'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {"service": "youtube.googleapis.com", "consumer": f"projects/{project}"},
    }
    return ApiError(429, "rateLimitExceeded", message, named=True, details=(info,))


_OF_STATUS = {
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    413: "uploadTooLarge",
    429: "rateLimitExceeded",
    500: "internalError",
}


def error_of_status(status: int, message: str) -> Response:
    """What the platform would put into an answer of this HTTP status."""
    reason = _OF_STATUS.get(status, "backendError" if status > 500 else "badRequest")
    return ApiError(status, reason, message, named=status in _STATUS_NAMES).response()
