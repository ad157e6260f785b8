"""Errors of Cloudinary in its own shape, for the API and for delivery."""

from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.clock import real_now

LIMITED = (420, 429)
"""Rate limits: 420 is the older word for it, both are in use."""


@dataclass(eq=False)
class CloudinaryError(Exception):
    status: int
    message: str

    def response(self) -> Response:
        return error_of_status(self.status, self.message)

    def delivery(self) -> Response:
        """Delivery has no body to read an error from, only a header."""
        return Response(status_code=self.status, headers=headers_of(self.message))


def bad(message: str) -> CloudinaryError:
    return CloudinaryError(400, message)


def error_of_status(status: int, message: str) -> Response:
    headers = headers_of(message) | (limit_headers(500, 500) if status in LIMITED else {})
    return JSONResponse({"error": {"message": message}}, status, headers=headers)


def headers_of(message: str) -> dict[str, str]:
    return {"X-Cld-Error": message.encode("ascii", "replace").decode(), "x-request-id": uuid4().hex}


def limit_headers(limit: int, used: int) -> dict[str, str]:
    """How much of an hourly limit is left; it is counted by the clients' clock, so in real time."""
    hour = real_now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return {
        "X-FeatureRateLimit-Limit": str(limit),
        "X-FeatureRateLimit-Remaining": str(max(limit - used, 0)),
        "X-FeatureRateLimit-Reset": format_datetime(hour, usegmt=True),
    }
