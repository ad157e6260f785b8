"""X against the sandbox: the contract, and what is only so there."""

from pathlib import Path

import httpx
import pytest

from connectors.contracts.publisher import PublisherContract
from connectors.publishers.conftest import NewHttp
from connectors.publishers.x_stand import XStand


@pytest.fixture
async def stand(sandbox: httpx.Client, new_http: NewHttp, tmp_path: Path) -> XStand:
    return XStand(sandbox, new_http, tmp_path)


class TestX(PublisherContract):
    """The contract."""
