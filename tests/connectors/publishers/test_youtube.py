"""YouTube against the sandbox: the contract, and what is only so there."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import httpx
import pytest

from clips import MakeVideo
from connectors.contracts.publisher import Call, PublisherContract
from connectors.publishers.conftest import NewHttp
from connectors.publishers.youtube_stand import UPLOAD, YouTubeStand


@pytest.fixture
async def stand(
    sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, tmp_path: Path
) -> YouTubeStand:
    return YouTubeStand(sandbox, new_http, make_video, tmp_path)


class TestYouTube(PublisherContract):
    """The contract. Asking an upload session how much it has is a `PUT`."""

    lookups: ClassVar[Sequence[Call]] = (Call("GET", "."), Call("PUT", UPLOAD, has_body=False))
    only_advised: ClassVar[frozenset[str]] = frozenset({"hashtags"})
