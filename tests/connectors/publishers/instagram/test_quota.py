"""The account's posts of the last 24 hours: asked for before each post, waited for where they are used up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contracts.publisher import Call, Memory, assert_out_once
from connectors.publishers.instagram.stand import CALLS, InstagramStand
from pressrun.domain.failures import OutcomeUnknown, RateLimited
from pressrun.domain.post import Format

LIMIT = CALLS["limit"]
NOW = datetime.now(UTC)
DAY = timedelta(hours=24)
SLACK = timedelta(minutes=2)


async def limited(stand: InstagramStand, now: datetime) -> RateLimited:
    """What a post meets that there is no place for; nothing was sent that can't be undone."""
    before = stand.sent("publish")
    with pytest.raises(RateLimited) as caught:
        await stand.made(now=now).publish(stand.draft(Format.FEED), stand.login, Memory())
    assert stand.sent("publish") == before
    return caught.value


async def test_the_limit_is_asked_for_just_before_the_call(stand: InstagramStand) -> None:
    await stand.publisher.publish(stand.draft(Format.REEL), stand.login, Memory())
    paths = [path.rpartition("/")[2] for _, path in stand.requests()]
    assert paths[paths.index("media_publish") - 1] == "content_publishing_limit"


@pytest.mark.parametrize("cap", [50, 100])
async def test_a_used_up_day_is_waited_for_whatever_its_number(cafe: InstagramStand, cap: int) -> None:
    cafe.set_state(rules={"daily_cap": cap}, quota_used=cap)
    assert (await limited(cafe, NOW)).until == NOW + DAY
    cafe.set_state(quota_used=cap - 1)
    draft = cafe.draft(Format.FEED)
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, Memory()))


async def test_it_is_over_a_day_after_the_post_that_fills_it(cafe: InstagramStand) -> None:
    began = datetime.now(UTC)
    for _ in range(2):
        await cafe.publisher.publish(cafe.draft(Format.FEED), cafe.login, Memory())
    story = await cafe.publisher.publish(cafe.draft(Format.STORY), cafe.login, Memory())
    cafe.set_state(rules={"daily_cap": 3})
    later = datetime.now(UTC) + timedelta(hours=5)
    first = (await limited(cafe, later)).until
    assert first is not None
    assert timedelta() <= first - (began + DAY) < SLACK
    # Only the last one fills a day of one post, and it is a story.
    cafe.set_state(rules={"daily_cap": 1})
    last = (await limited(cafe, later)).until
    made_at = next(post["created_at"] for post in cafe.posts() if post["id"] == story.external_id)
    assert last is not None
    assert abs(last - datetime.fromisoformat(made_at) - DAY) < SLACK


async def test_where_the_platform_refuses_it_the_same_time_is_found(cafe: InstagramStand) -> None:
    """The limit could not be read, or was used up in between."""
    began = datetime.now(UTC)
    await cafe.publisher.publish(cafe.draft(Format.FEED), cafe.login, Memory())
    cafe.set_state(rules={"daily_cap": 1})
    cafe.fault({"kind": "answer", "status": 500}, LIMIT)
    later, memory = datetime.now(UTC) + timedelta(hours=3), Memory()
    with pytest.raises(OutcomeUnknown):
        await cafe.made(now=later).publish(cafe.draft(Format.FEED), cafe.login, memory)
    assert isinstance(memory.failure, RateLimited)
    assert memory.failure.until is not None
    assert timedelta() <= memory.failure.until - (began + DAY) < SLACK


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": []},
        {"data": [{}]},
        {"data": [{"quota_usage": 50}]},
        {"data": [{"quota_usage": "many", "config": {"quota_total": 50}}]},
        {"data": [{"quota_usage": 50, "config": {"quota_total": None}}]},
        {"data": [{"quota_usage": 50, "config": "none"}]},
        {"data": "none"},
    ],
)
async def test_a_limit_that_can_not_be_read_stops_nothing(cafe: InstagramStand, body: Any) -> None:
    cafe.fault({"kind": "answer", "status": 200, "body": body}, LIMIT)
    draft = cafe.draft(Format.FEED)
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, Memory()))


async def test_without_a_listing_it_is_over_in_a_day(cafe: InstagramStand) -> None:
    cafe.set_state(quota_used=50)
    for edge in ("media", "stories"):
        cafe.fault({"kind": "answer", "status": 500}, Call("GET", f"/{edge}$"))
    assert (await limited(cafe, NOW)).until == NOW + DAY
