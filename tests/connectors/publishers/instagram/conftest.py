"""Accounts of the stand-in for Instagram, in either flavour of login."""

from functools import partial

import httpx
import pytest

from clips import MakeVideo
from connectors.publishers.conftest import NewHttp, Shelf
from connectors.publishers.instagram.stand import InstagramStand, NewStand


@pytest.fixture
async def new_stand(
    sandbox: httpx.Client, new_http: NewHttp, shelf: Shelf, make_video: MakeVideo
) -> NewStand:
    return partial(InstagramStand, sandbox, new_http, shelf, make_video)


@pytest.fixture(params=["facebook", "instagram"])
async def stand(request: pytest.FixtureRequest, new_stand: NewStand) -> InstagramStand:
    return new_stand(login=request.param)


@pytest.fixture
async def cafe(new_stand: NewStand) -> InstagramStand:
    """One flavour is enough where the login makes no difference."""
    return new_stand(login="facebook")


@pytest.fixture
async def kiosk(new_stand: NewStand) -> InstagramStand:
    """The other flavour, which takes no bytes."""
    return new_stand(login="instagram")
