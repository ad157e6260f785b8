"""A real S3 endpoint for the session, and the stand-in of Cloudinary, each with a client of another maker."""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.config import Config

from pressrun.connectors.http import Http
from pressrun.connectors.media_stores.cloudinary import Cloud
from pressrun.connectors.media_stores.s3 import Bucket
from pressrun.sandbox.app import running


async def fetched(url: str) -> bytes | None:
    """What anyone gets at an address."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(url)
    return answer.content if answer.status_code == 200 else None


@dataclass(frozen=True)
class S3Service:
    """An S3 endpoint; `client` is Amazon's own."""

    url: str

    @property
    def client(self) -> Any:
        return self.client_with("other", "other-secret")

    def client_with(self, access_key: str, secret_key: str) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )

    def new_bucket(self, **more: str) -> Bucket:
        name = f"press-{uuid4().hex[:12]}"
        self.client.create_bucket(Bucket=name)
        return Bucket(name=name, access_key="press", secret_key="press-secret", endpoint=self.url, **more)


@dataclass(frozen=True)
class Sandbox:
    """The stand-ins, and one cloud at them."""

    url: str
    control: httpx.Client
    cloud: Cloud

    def switch_on(self, effect: dict[str, Any], **more: Any) -> None:
        asked = {"platform": "cloudinary", "effect": effect, **more}
        assert self.control.post("/_sandbox/faults", json=asked).status_code == 201

    def set_state(self, **changes: Any) -> None:
        path = f"/_sandbox/accounts/cloudinary/{self.cloud.name}/state"
        assert self.control.post(path, json=changes).status_code == 200

    def uploads(self) -> list[dict[str, Any]]:
        items = self.control.get("/_sandbox/requests", params={"platform": "cloudinary"}).json()["items"]
        return [item for item in items if item["method"] == "POST"]


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Service]:
    """One server for the session, on a port of its own."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Service(f"http://{host}:{port}")
    server.stop()


@pytest.fixture(scope="session")
def _sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def sandbox(_sandbox_url: str) -> Iterator[Sandbox]:
    with httpx.Client(base_url=_sandbox_url, timeout=30, trust_env=False) as control:
        control.post("/_sandbox/reset")
        asked = {"platform": "cloudinary", "handle": "press"}
        given = control.post("/_sandbox/accounts", json=asked).json()["credentials"]
        cloud = Cloud(
            name=given["cloud_name"],
            api_key=given["api_key"],
            api_secret=given["api_secret"],
            api_url=f"{_sandbox_url}/cloudinary/",
            delivery_url=f"{_sandbox_url}/cloudinary-res/",
        )
        yield Sandbox(_sandbox_url, control, cloud)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(timeout=timedelta(seconds=10))
    yield client
    await client.close()
