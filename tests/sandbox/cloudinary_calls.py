"""A cloud of the stand-in, and calls to it: by the official SDK, or by hand where a rule is to be broken."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cloudinary
import httpx


@dataclass(frozen=True)
class Cloud:
    """One account; `sign` is written again here, so that the stand-in is not checked against itself."""

    http: httpx.Client
    name: str
    key: str
    secret: str

    @property
    def api(self) -> str:
        return f"/cloudinary/v1_1/{self.name}"

    def sign(self, params: dict[str, str], *, version: int = 2, algorithm: str = "sha1") -> dict[str, str]:
        pairs = (f"{name}={value}" for name, value in params.items() if value)
        text = "&".join(sorted(pair.replace("&", "%26") if version == 2 else pair for pair in pairs))
        digest = hashlib.new(algorithm, (text + self.secret).encode()).hexdigest()
        return {**params, "api_key": self.key, "signature": digest}

    def post(
        self,
        params: dict[str, str],
        *,
        action: str = "image/upload",
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Sends exactly these parameters."""
        files = None if content is None else {"file": ("photo.jpg", content, "image/jpeg")}
        return self.http.post(f"{self.api}/{action}", data=params, files=files, headers=headers)

    def upload(self, content: bytes, **params: str) -> httpx.Response:
        """A signed upload as it should be."""
        return self.post(self.sign({"timestamp": now(), **params}), content=content)

    def get(self, rest: str) -> httpx.Response:
        """Delivery of a picture."""
        return self.http.get(f"/cloudinary-res/{self.name}/image/upload/{rest}")

    def set_state(self, **changes: Any) -> None:
        answer = self.http.post(f"/_sandbox/accounts/cloudinary/{self.name}/state", json=changes)
        assert answer.status_code == 200, answer.text

    @contextmanager
    def configured(self, **more: Any) -> Iterator[None]:
        """The SDK's global configuration points here for the length of a `with` block."""
        base = str(self.http.base_url).rstrip("/")
        cloudinary.reset_config()
        cloudinary.config(
            cloud_name=self.name,
            api_key=self.key,
            api_secret=self.secret,
            upload_prefix=f"{base}/cloudinary",
            cname=f"{base.removeprefix('http://')}/cloudinary-res",
            **more,
        )
        try:
            yield
        finally:
            cloudinary.reset_config()


def now(offset: int = 0) -> str:
    return str(int(time.time()) + offset)


def open_cloud(http: httpx.Client, handle: str = "press") -> Cloud:
    made = http.post("/_sandbox/accounts", json={"platform": "cloudinary", "handle": handle}).json()
    given = made["credentials"]
    assert made["account_id"] == given["cloud_name"]
    return Cloud(http, given["cloud_name"], given["api_key"], given["api_secret"])


def error_of(answer: httpx.Response) -> str:
    """The text of an error, which must have the service's shape."""
    message = answer.json()["error"]["message"]
    assert answer.headers["x-cld-error"]
    assert answer.headers["x-request-id"]
    return message
