"""A post's numbers, by the kind of media, and a post that is no longer there (S2.12)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from connectors.contracts.publisher import Call, Memory
from connectors.publishers.instagram.stand import InstagramStand, graph_error
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import LoginExpired
from pressrun.domain.post import Format

NODE = Call("GET", r"/v25\.0/180\d+$")
INSIGHTS = Call("GET", "/insights$")
OWN = {
    Format.FEED: {"saved", "profile_visits", "follows"},
    Format.CAROUSEL: {"saved", "profile_visits", "follows"},
    Format.REEL: {"saved", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time"},
    Format.STORY: {"replies", "navigation"},
}


async def publish(stand: InstagramStand, format: Format = Format.FEED) -> str:
    published = await stand.publisher.publish(stand.draft(format), stand.login, Memory())
    return published.external_id


async def measured(stand: InstagramStand, media_id: str) -> Mapping[str, int]:
    numbers = await stand.publisher.measure(media_id, stand.login)
    assert isinstance(numbers, Mapping)
    return numbers


@pytest.mark.parametrize("format", OWN)
async def test_each_kind_of_media_has_its_own_numbers(stand: InstagramStand, format: Format) -> None:
    media_id = await publish(stand, format)
    stand.advance(timedelta(hours=20))
    numbers = await measured(stand, media_id)
    assert {"views", "reach", "shares", "total_interactions", *OWN[format]} <= set(numbers)
    assert numbers["views"] > 0
    others = set().union(*OWN.values()) - OWN[format]
    assert not set(numbers) & (others - {"profile_visits", "follows"})


async def test_only_one_flavour_tells_what_happened_on_facebook(stand: InstagramStand) -> None:
    media_id = await publish(stand, Format.REEL)
    is_told = "facebook_views" in await measured(stand, media_id)
    assert is_told == (stand.login.credentials["login"] == "facebook")


@pytest.mark.parametrize(
    "data",
    [
        [],
        None,
        [{"name": "reach"}],
        [{"name": "reach", "values": []}],
        [{"name": "reach", "values": [{"value": {"a": 1}}]}],
    ],
)
async def test_what_instagram_does_not_tell_yet_is_left_out(cafe: InstagramStand, data: Any) -> None:
    media_id = await publish(cafe)
    cafe.fault({"kind": "answer", "status": 200, "body": {"data": data}}, INSIGHTS)
    assert set(await measured(cafe, media_id)) == {"likes", "comments"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (10, "(#10) Not enough viewers for the media to show insights"),
        (10, "(#10) Application does not have permission for this action"),
        (200, "(#200) Provide valid app ID"),
    ],
)
async def test_insights_that_are_not_given_are_no_dead_login(
    cafe: InstagramStand, code: int, said: str
) -> None:
    media_id = await publish(cafe)
    refusal = {"kind": "answer", "status": 400, "body": {"error": {"message": said, "code": code}}}
    cafe.fault(refusal, INSIGHTS)
    assert set(await measured(cafe, media_id)) == {"likes", "comments"}


async def test_a_metric_that_was_taken_away_does_not_take_the_others_with_it(cafe: InstagramStand) -> None:
    media_id = await publish(cafe)
    cafe.advance(timedelta(hours=20))
    cafe.fault(graph_error(100), INSIGHTS)
    assert {"views", "reach", "shares"} <= set(await measured(cafe, media_id))
    cafe.fault(graph_error(100), INSIGHTS, times=2)
    assert set(await measured(cafe, media_id)) == {"likes", "comments"}


async def test_a_dead_login_can_not_measure(cafe: InstagramStand) -> None:
    media_id = await publish(cafe)
    cafe.set_state(token="expired")
    with pytest.raises(LoginExpired):
        await cafe.publisher.measure(media_id, cafe.login)


async def test_a_post_that_was_deleted_is_not_there(stand: InstagramStand) -> None:
    media_id = await publish(stand)
    stand.take_down(media_id)
    assert await stand.publisher.measure(media_id, stand.login) is Sighting.NOT_THERE


async def test_one_look_in_vain_proves_nothing(cafe: InstagramStand) -> None:
    media_id = await publish(cafe)
    cafe.fault(graph_error(100, 33), NODE)
    assert "likes" in await measured(cafe, media_id)


async def test_where_the_account_is_not_visible_either_nobody_can_tell(cafe: InstagramStand) -> None:
    media_id = await publish(cafe)
    cafe.fault(graph_error(100, 33), Call("GET", "."), times=None)
    assert await cafe.publisher.measure(media_id, cafe.login) is Sighting.CANNOT_TELL
