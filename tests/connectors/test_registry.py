"""The registry: every provider by name, at the addresses it is given."""

from datetime import UTC, datetime, timedelta

import pytest
import respx

from pressrun.connectors import registry
from pressrun.connectors.base import Brief, Login, Picture
from pressrun.connectors.http import Http
from pressrun.connectors.registry import Addresses, Choices
from pressrun.domain.texts import MESSAGES
from pressrun.kit.clock import MovableClock

CLOCK = MovableClock(datetime(2026, 11, 21, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("login", "host"),
    [("facebook", "https://graph.facebook.com"), ("instagram", "https://graph.instagram.com")],
)
async def test_without_other_addresses_the_real_hosts_are_asked(login: str, host: str) -> None:
    http = Http(timeout=timedelta(seconds=5))
    instagram = registry.publishers(http, Addresses(), CLOCK)["instagram"]
    with respx.mock() as outside:
        outside.get(f"{host}/v25.0/17841", params={"fields": "id,username"}).respond(
            json={"id": "17841", "username": "haru"}
        )
        profile = await instagram.identify({"access_token": "t", "ig_user_id": "17841", "login": login})
    await http.close()
    assert (profile.external_id, profile.handle) == ("17841", "haru")


@pytest.mark.parametrize("slash", ["", "/"])
async def test_other_addresses_take_their_place(slash: str) -> None:
    http = Http(timeout=timedelta(seconds=5))
    addresses = Addresses(facebook=f"http://box.test/instagram{slash}", instagram="http://box.test/login")
    instagram = registry.publishers(http, addresses, CLOCK)["instagram"]
    with respx.mock() as outside:
        outside.get("http://box.test/instagram/v25.0/17841").respond(json={"like_count": 3})
        outside.get("http://box.test/instagram/v25.0/17841/insights").respond(json={"data": []})
        measured = await instagram.measure("17841", Login("a", "1", {"access_token": "t"}))
    await http.close()
    assert measured == {"likes": 3}


async def test_every_publisher_is_listed_under_its_own_name() -> None:
    http = Http(timeout=timedelta(seconds=5))
    publishers = registry.publishers(http, Addresses(), CLOCK)
    await http.close()
    assert all(name == publisher.platform for name, publisher in publishers.items())
    assert {"instagram", "youtube", "x"} <= set(publishers)
    for publisher in publishers.values():
        assert publisher.required_credentials
        assert publisher.limits.formats


async def test_how_long_a_post_on_x_may_be_is_a_setting() -> None:
    http = Http(timeout=timedelta(seconds=5))
    default, premium = (
        registry.publishers(http, Addresses(), CLOCK, chosen)["x"]
        for chosen in (None, Choices(x_max_length=4000))
    )
    await http.close()
    assert (default.limits.text.max_length, premium.limits.text.max_length) == (280, 4000)


async def test_the_offline_model_writes_without_anything() -> None:
    model = registry.offline_text_model()
    with respx.mock():
        script = await model.write(Brief(topic="비 오는 날", language="ko", scenes=1, persona="하루"))
    assert script.caption


async def test_title_cards_draw_by_what_they_are_given() -> None:
    asked: list[Picture] = []

    def draw(picture: Picture) -> bytes:
        asked.append(picture)
        return b"drawn"

    picture = Picture("제목", "본문", "a room", "ko", "하루", 40, 1, 1)
    assert await registry.title_cards(draw).draw(picture) == b"drawn"
    assert asked == [picture]


async def test_every_setting_that_a_form_offers_has_its_label() -> None:
    http = Http(timeout=timedelta(seconds=5))
    publishers = registry.publishers(http, Addresses(), CLOCK)
    await http.close()
    offered = {option.name for publisher in publishers.values() for option in publisher.limits.options}
    assert {f"option_{name}" for name in offered} - set(MESSAGES) == set()
