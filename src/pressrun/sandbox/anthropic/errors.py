"""Errors of the Messages API in its own shape."""

from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.standin import new_id

TYPE_OF_STATUS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(eq=False)
class MessagesError(Exception):
    status: int
    message: str

    def response(self) -> Response:
        return error_of_status(self.status, self.message)


def invalid(message: str) -> MessagesError:
    return MessagesError(400, message)


def error_of_status(status: int, message: str) -> Response:
    kind = TYPE_OF_STATUS.get(status, "invalid_request_error" if status < 500 else "api_error")
    request_id = f"req_{new_id('01', 24)}"
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return JSONResponse(body, status, headers={"request-id": request_id})
