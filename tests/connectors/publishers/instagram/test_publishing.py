"""What becomes of refusals and of containers that fail, wait or expire."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.contracts.publisher import (
    Died,
    Memory,
    assert_out_once,
)
from connectors.publishers.instagram.stand import CALLS, NOW, InstagramStand, graph_error
from pressrun.connectors.base import Draft, Published
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    AccountSuspended,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    OutcomeUnknown,
    RateLimited,
    Reach,
    Refused,
    Transient,
)
from pressrun.domain.post import Format

USAGE = '{"178":[{"type":"instagram","call_count":100,"estimated_time_to_regain_access":19}]}'
REFUSALS: dict[str, tuple[dict[str, Any], Failure]] = {
    "session expired": (graph_error(190, 463), LoginExpired()),
    "app limit": (
        graph_error(4, headers={"X-Business-Use-Case-Usage": USAGE}),
        RateLimited(until=NOW + timedelta(minutes=19), whose="app"),
    ),
    "app limit without an estimate": (graph_error(4), RateLimited(whose="app")),
    "daily limit": (graph_error(9, 2207042), RateLimited(until=NOW + timedelta(hours=24))),
    "inactive": (graph_error(25, 2207050), AccountSuspended()),
    "spam block": (graph_error(4, 2207051), AccountSuspended()),
    "policy block": (graph_error(368), AccountSuspended()),
    "server error": (graph_error(-1, 2207001), Transient()),
    "container gone": (graph_error(24, 2207006), Transient(start_over=("container", "carousel", "polling"))),
    "not ready": (
        graph_error(9007, 2207027),
        Transient(after=timedelta(seconds=30), start_over=("polling",)),
    ),
    "caption": (graph_error(36004, 2207010), Refused(reason="text_too_long")),
    "no permission": (graph_error(10), LoginExpired(reason="permissions_missing")),
}


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize("call", ["container", "publish"])
async def test_a_refusal_becomes_its_kind_with_what_it_names(
    cafe: InstagramStand, call: str, refusal: str
) -> None:
    effect, expected = REFUSALS[refusal]
    cafe.fault(effect, CALLS[call])
    memory = Memory()
    with pytest.raises(Failure) as caught:
        await cafe.publisher.publish(cafe.draft(Format.FEED), cafe.login, memory)
    met = memory.failure if call == "publish" else caught.value
    assert type(met) is type(expected)
    assert vars(met) | {"answer": None} == vars(expected) | {"answer": None}
    assert met is not None
    assert met.reach is Reach.ANSWERED
    assert met.answer.trace == "AbC"
    assert cafe.published() == []


@pytest.mark.parametrize(
    ("file", "expected"),
    [("wide.jpg", MediaBroken), ("broken.jpg", MediaBroken), ("huge.jpg", MediaBroken)],
)
async def test_a_broken_picture_is_named_by_its_place(
    cafe: InstagramStand, file: str, expected: type[Failure]
) -> None:
    draft = cafe.draft(Format.CAROUSEL, kinds=["photo", file])
    with pytest.raises(expected) as caught:
        await cafe.publisher.publish(draft, cafe.login, Memory())
    assert isinstance(caught.value, MediaBroken)
    assert caught.value.which == 2


async def test_a_picture_that_can_not_be_fetched_is_named_without_its_signature(cafe: InstagramStand) -> None:
    draft = cafe.draft(Format.FEED, kinds=["missing.jpg"])
    with pytest.raises(MediaUnreachable) as caught:
        await cafe.publisher.publish(draft, cafe.login, Memory())
    assert caught.value.url.endswith("/missing.jpg")


async def test_pictures_still_being_processed_are_waited_for_before_the_carousel(
    cafe: InstagramStand,
) -> None:
    cafe.set_state(processing={"seconds": 0.15, "result": "finished"})
    draft = cafe.draft(Format.CAROUSEL, count=3)
    published = await cafe.publisher.publish(draft, cafe.login, Memory())
    assert_out_once(cafe, draft, published)
    assert cafe.sent("container") == 4


async def test_a_container_that_never_finishes_is_asked_for_again_later(
    cafe: InstagramStand,
) -> None:
    cafe.set_state(processing={"seconds": 3600, "result": "finished"})
    with pytest.raises(Transient) as caught:
        await cafe.made(polls=3).publish(cafe.draft(Format.FEED), cafe.login, Memory())
    assert caught.value.start_over == ("polling",)


@pytest.mark.parametrize("result", ["error", "expired"])
async def test_a_failed_container_is_made_again(cafe: InstagramStand, result: str) -> None:
    cafe.set_state(processing={"seconds": 0, "result": result})
    memory, draft = Memory(), cafe.draft(Format.FEED)
    with pytest.raises(Transient) as caught:
        await cafe.publisher.publish(draft, cafe.login, memory)
    assert "container" in caught.value.start_over
    cafe.set_state(processing={"seconds": 0, "result": "finished"})
    for stage in caught.value.start_over:
        memory.kept.pop(stage, None)
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, memory))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Error: Media upload has failed with error code 2207026", MediaBroken),
        ("Error: Media upload has failed with error code 2207009", MediaBroken),
        ("Error: Media download has failed with error code 2207052", MediaUnreachable),
        ("Error: 2207057 something", Refused),
        ("Error: Media upload has failed with error code 2207001", Transient),
        ("Error", Transient),
        ("", Transient),
    ],
)
async def test_the_status_of_a_failed_container_says_why(
    cafe: InstagramStand, status: str, expected: type[Failure]
) -> None:
    answer = {"kind": "answer", "status": 200, "body": {"status_code": "ERROR", "status": status}}
    cafe.fault(answer, CALLS["status"])
    with pytest.raises(expected) as caught:
        await cafe.publisher.publish(cafe.draft(Format.FEED), cafe.login, Memory())
    if isinstance(caught.value, Transient):
        assert "container" in caught.value.start_over


async def test_an_error_without_a_status_code_is_an_error(cafe: InstagramStand) -> None:
    answer = {"kind": "answer", "status": 200, "body": {"status": "Error: Media download has failed"}}
    cafe.fault(answer, CALLS["status"])
    with pytest.raises(Transient) as caught:
        await cafe.publisher.publish(cafe.draft(Format.FEED), cafe.login, Memory())
    assert caught.value.answer.code == "ERROR"


async def test_a_container_that_is_out_already_is_never_published_again(cafe: InstagramStand) -> None:
    draft, memory = cafe.draft(Format.FEED), Memory()
    await cafe.publisher.publish(draft, cafe.login, memory)
    forgetful = Memory(kept={name: memory.kept[name] for name in ("container",)})
    assert await cafe.publisher.publish(draft, cafe.login, forgetful) == Published()
    assert cafe.sent("publish") == 1


async def test_a_container_that_expired_while_it_waited_is_replaced(cafe: InstagramStand) -> None:
    draft, memory = cafe.draft(Format.CAROUSEL), Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await cafe.publisher.publish(draft, cafe.login, memory)
    cafe.advance(timedelta(hours=25))
    assert_out_once(cafe, draft, await _tried_again(cafe, draft, memory))


async def _tried_again(cafe: InstagramStand, draft: Draft, memory: Memory) -> Published:
    """The engine's way: what the failed call says is worthless is forgotten once it is surely not there."""
    for _ in range(4):
        try:
            return await cafe.publisher.publish(draft, cafe.login, memory)
        except OutcomeUnknown:
            assert await cafe.publisher.find(draft, memory.intents.pop(), cafe.login) is Sighting.NOT_THERE
            assert isinstance(memory.failure, Transient)
            forgotten = memory.failure.start_over
        except Transient as failure:
            forgotten = failure.start_over
        for stage in forgotten:
            memory.kept.pop(stage, None)
    raise AssertionError("four tries were not enough")
