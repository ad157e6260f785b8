"""Finding a post whose publishing call lost its answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.contracts.publisher import (
    Call,
    Memory,
)
from connectors.publishers.instagram.stand import CALLS, InstagramStand, graph_error
from pressrun.connectors.base import Intent, Published
from pressrun.domain.confirming import Sighting
from pressrun.domain.post import Format


async def test_a_hidden_post_is_published_without_its_id(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.set_state(hidden=True)
    assert await cafe.publisher.find(draft, intent, cafe.login) == Published()


UNSURE = [(4, 2207051), (24, 2207006), (24, 2207008), (100, 33), (2, None)]


@pytest.mark.parametrize(("code", "subcode"), UNSURE)
async def test_a_post_that_is_out_although_the_call_was_refused_is_found_first(
    cafe: InstagramStand, code: int, subcode: int | None
) -> None:
    """Even "blocked as spam" was said of posts that were out (docs/decisions/0003)."""
    draft, intent = await cafe.lose(graph_error(code, subcode) | {"kind": "answer_after"})
    found = await cafe.publisher.find(draft, intent, cafe.login)
    assert found == Published(cafe.published()[0].id, cafe.published()[0].permalink)


@pytest.mark.parametrize(("code", "subcode"), UNSURE)
async def test_a_refused_call_that_had_no_effect_counts_once_its_container_says_so(
    cafe: InstagramStand, code: int, subcode: int | None
) -> None:
    draft, intent = await cafe.lose(graph_error(code, subcode))
    assert await cafe.publisher.find(draft, intent, cafe.login) is Sighting.NOT_THERE


async def test_a_spurious_answer_about_a_container_is_asked_again(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.fault(graph_error(100, 33), CALLS["status"], times=2)
    found = await cafe.publisher.find(draft, intent, cafe.login)
    assert found == Published(cafe.published()[0].id, cafe.published()[0].permalink)


async def test_a_lost_container_is_found_by_what_it_says(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.fault(graph_error(100, 33), CALLS["status"], times=None)
    found = await cafe.publisher.find(draft, intent, cafe.login)
    assert found == Published(cafe.published()[0].id, cafe.published()[0].permalink)


async def test_where_no_container_and_no_post_can_be_seen_nobody_can_tell(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.set_state(hidden=True)
    cafe.fault(graph_error(100, 33), CALLS["status"], times=None)
    assert await cafe.publisher.find(draft, intent, cafe.login) is Sighting.CANNOT_TELL


async def test_a_state_nobody_knows_tells_nothing(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_before"})
    answer = {"kind": "answer", "status": 200, "body": {"status_code": "REVIEWING"}}
    cafe.fault(answer, CALLS["status"], times=None)
    assert await cafe.publisher.find(draft, intent, cafe.login) is Sighting.CANNOT_TELL


async def test_two_posts_of_the_same_words_are_never_confused(cafe: InstagramStand) -> None:
    words = "같은 말을 두 번 해요"
    twin = cafe.draft(Format.FEED, caption=words)
    await cafe.publisher.publish(twin, cafe.login, Memory())
    draft, intent = await cafe.lose({"kind": "drop_after"}, caption=words)
    assert await cafe.publisher.find(draft, intent, cafe.login) == Published()


async def test_the_same_words_of_long_ago_are_another_post(cafe: InstagramStand) -> None:
    words = "매일 아침 하는 인사"
    await cafe.publisher.publish(cafe.draft(Format.FEED, caption=words), cafe.login, Memory())
    draft, intent = await cafe.lose({"kind": "drop_after"}, caption=words)
    old, new = cafe.published()
    later = datetime.now(UTC) + timedelta(minutes=10)
    listed = [
        {"id": old.id, "caption": draft.text, "media_type": "IMAGE", "timestamp": _graph_time(later, -10)},
        {"id": new.id, "caption": draft.text, "media_type": "IMAGE", "timestamp": _graph_time(later, 0)},
    ]
    cafe.fault({"kind": "answer", "status": 200, "body": {"data": listed}}, Call("GET", r"/media$"))
    sent_later = Intent(intent.name, intent.evidence, later)
    assert await cafe.publisher.find(draft, sent_later, cafe.login) == Published(new.id)


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"id": "1"},
        {"id": "1", "timestamp": "yesterday"},
        {"id": "1", "timestamp": "2099-01-01T00:00:00"},
        {"timestamp": "2099-01-01T00:00:00+0000"},
        "nonsense",
    ],
)
async def test_an_odd_item_of_the_listing_is_passed_over(cafe: InstagramStand, item: Any) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.fault({"kind": "answer", "status": 200, "body": {"data": [item]}}, Call("GET", r"/media$"))
    assert await cafe.publisher.find(draft, intent, cafe.login) == Published()


def _graph_time(at: datetime, minutes: int) -> str:
    return f"{at + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}+0000"
