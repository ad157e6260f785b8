"""X against the sandbox: the contract, and what is only so there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import MakeVideo
from connectors.contracts.publisher import Died, Memory, PublisherContract, assert_out_once, goes_out
from connectors.publishers.conftest import NewHttp
from connectors.publishers.x_stand import BETWEEN_PARTS, CALLS, XStand
from pressrun.connectors.base import Intent, Published
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import (
    AccountSuspended,
    Duplicate,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    OutcomeUnknown,
    Reach,
    Refused,
    Transient,
)
from pressrun.domain.media import MediaKind
from pressrun.domain.post import Format

LOST = {"kind": "drop_after"}
NEVER_THERE = {"kind": "drop_before"}
FIVE = BETWEEN_PARTS.join(["하나", "둘 <3 & 4", "셋 haru.kr", "넷", "다섯"])


@pytest.fixture
async def stand(sandbox: httpx.Client, new_http: NewHttp, tmp_path: Path) -> XStand:
    return XStand(sandbox, new_http, tmp_path)


class TestX(PublisherContract):
    """The contract."""


# Threads


async def test_each_part_replies_to_the_one_before_and_the_first_has_the_media(stand: XStand) -> None:
    draft = stand.draft(Format.THREAD, caption=FIVE, hashtags=("하루",))
    memory = Memory()
    published = await stand.publisher.publish(draft, stand.login, memory)
    parts = stand.items()
    assert [part["text"] for part in parts] == ["하나", "둘 <3 & 4", "셋 haru.kr", "넷", "다섯\n\n#하루"]
    assert [len(part["media"]) for part in parts] == [1, 0, 0, 0, 0]
    assert parts[0]["media"][0]["alt"] == draft.media[0].alt_text
    assert {part["conversation_id"] for part in parts} == {published.external_id}
    ids = [memory.outcomes[name].external_id for name in memory.outcomes]
    assert list(memory.outcomes) == ["publish", "publish_2", "publish_3", "publish_4", "publish_5"]
    assert ids == [part["id"] for part in parts]
    assert memory.completing == {"publish_5"}


@pytest.mark.parametrize("moment", ["before", "inside", "after"])
@pytest.mark.parametrize("part", ["publish", "publish_2", "publish_3", "publish_4", "publish_5"])
async def test_a_thread_of_five_survives_a_death_at_any_part(stand: XStand, part: str, moment: str) -> None:
    draft = stand.draft(Format.THREAD, caption=FIVE)
    published = await goes_out(stand, draft, Memory(dies=(part, moment)))
    assert_out_once(stand, draft, published)


@pytest.mark.parametrize("effect", [LOST, NEVER_THERE, {"kind": "answer_after", "status": 500}])
@pytest.mark.parametrize("out_before", range(5))
async def test_a_thread_of_five_survives_a_lost_answer_to_any_part(
    stand: XStand, effect: Mapping[str, Any], out_before: int
) -> None:
    draft, memory = stand.draft(Format.THREAD, caption=FIVE), Memory()
    if out_before:
        memory.dies = ("publish" if out_before == 1 else f"publish_{out_before}", "after")
        with pytest.raises(Died):
            await stand.publisher.publish(draft, stand.login, memory)
    await stand.lose(effect, draft, memory)
    assert_out_once(stand, draft, await goes_out(stand, draft, memory))


async def test_the_address_that_a_person_gave_of_a_part_is_replied_to(stand: XStand) -> None:
    for say in ("{link}", "https://x.com/haru/status/{id}/photo/1?s=20", "https://x.com/haru"):
        draft, memory = stand.draft(Format.THREAD), Memory()
        intent = await stand.lose(LOST, draft, memory)
        first = stand.items()[-1]
        address = say.format(link=first["permalink"], id=first["id"])
        memory.fulfil(intent, Published(permalink=address))
        assert_out_once(stand, draft, await stand.publisher.publish(draft, stand.login, memory))


async def test_a_thread_whose_first_part_is_nowhere_is_not_continued(stand: XStand) -> None:
    draft, memory = stand.draft(Format.THREAD), Memory()
    intent = await stand.lose(NEVER_THERE, draft, memory)
    memory.fulfil(intent, Published(permalink="https://x.com/haru"))
    with pytest.raises(Refused) as refused:
        await stand.publisher.publish(draft, stand.login, memory)
    assert (refused.value.reason, stand.items()) == ("part_not_found", [])


# Looking


async def test_an_empty_timeline_proves_nothing_for_a_minute(stand: XStand) -> None:
    draft = stand.draft(Format.TWEET)
    intent = await stand.lose(NEVER_THERE, draft)
    early, late = (stand.made(ahead=timedelta(seconds=seconds)) for seconds in (0, 61))
    assert await early.find(draft, intent, stand.login) is Sighting.CANNOT_TELL
    assert await late.find(draft, intent, stand.login) is Sighting.NOT_THERE


async def test_a_post_that_is_listed_late_is_found_then(stand: XStand) -> None:
    stand.set_state(rules={"timeline_lag": 30})
    draft = stand.draft(Format.TWEET)
    intent = await stand.lose(LOST, draft)
    early = stand.made(ahead=timedelta())
    assert await early.find(draft, intent, stand.login) is Sighting.CANNOT_TELL
    stand.advance(timedelta(seconds=31))
    found = await stand.publisher.find(draft, intent, stand.login)
    assert isinstance(found, Published)
    assert found.external_id == stand.items()[0]["id"]


@pytest.mark.parametrize("name", ["tweet", "post"])
async def test_either_name_of_the_fields_will_do(stand: XStand, name: str) -> None:
    stand.set_state(rules={"fields_parameter": name})
    draft, memory = stand.draft(Format.THREAD), Memory(dies=("publish", "after"))
    with pytest.raises(Died):
        await stand.publisher.publish(draft, stand.login, memory)
    intent = await stand.lose(LOST, draft, memory)
    found = await stand.publisher.find(draft, intent, stand.login)
    assert isinstance(found, Published)
    assert await stand.publisher.measure(found.external_id, stand.login)


@pytest.mark.parametrize(
    "text",
    [
        "https://haru.kr/a?b=1&c=<2> & 끝",
        "haru.kr만 HARU.KR/Menu https://haru.kr",
        "  여백이   많은\n\n\n글 ",
        "cafe\u0301",
        "",
    ],
)
async def test_a_text_is_recognised_however_x_shows_it(stand: XStand, text: str) -> None:
    draft = stand.draft(Format.TWEET, caption=text, hashtags=(), media=(stand.photo(),))
    intent = await stand.lose(LOST, draft)
    found = await stand.publisher.find(draft, intent, stand.login)
    assert isinstance(found, Published)
    assert found.external_id == stand.items()[0]["id"]


async def test_a_quote_is_recognised_with_the_link_that_x_appends(stand: XStand) -> None:
    quoted = await stand.publisher.publish(stand.draft(Format.TWEET), stand.login, Memory())
    draft = stand.draft(Format.TWEET, options={"quote": quoted.permalink})
    intent = await stand.lose(LOST, draft)
    assert await stand.publisher.find(draft, intent, stand.login) == Published(
        stand.items()[-1]["id"], stand.items()[-1]["permalink"]
    )


async def test_two_posts_without_words_are_told_apart_by_their_media(stand: XStand) -> None:
    drafts = [stand.draft(Format.TWEET, caption="", hashtags=(), media=(stand.photo(),)) for _ in range(2)]
    lost = await stand.lose(LOST, drafts[0])
    await stand.publisher.publish(drafts[1], stand.login, Memory())
    found = await stand.publisher.find(drafts[0], lost, stand.login)
    assert isinstance(found, Published)
    assert found.external_id == stand.items()[0]["id"]
    other = replace(lost, evidence={**lost.evidence, "media_ids": ["1"], "media_keys": ["3_1"]})
    assert await stand.publisher.find(drafts[0], other, stand.login) is Sighting.CANNOT_TELL


async def test_what_is_known_is_never_taken(stand: XStand) -> None:
    draft = stand.draft(Format.TWEET)
    intent = await stand.lose(LOST, draft)
    known = replace(intent, known_ids=frozenset({stand.items()[0]["id"]}))
    assert await stand.publisher.find(draft, known, stand.login) is Sighting.NOT_THERE


async def test_two_that_fit_alike_are_for_a_person(stand: XStand) -> None:
    stand.set_state(rules={"duplicates": "allow"})
    draft = stand.draft(Format.TWEET)
    intent = await stand.lose(LOST, draft)
    await stand.publisher.publish(draft, stand.login, Memory())
    assert await stand.publisher.find(draft, intent, stand.login) is Sighting.CANNOT_TELL


async def test_a_hidden_timeline_and_a_refusal_lead_to_the_post_that_was_given_up(stand: XStand) -> None:
    """The call worked, the timeline did not show it, it is sent again, X refuses the second one."""
    draft, memory = stand.draft(Format.TWEET), Memory()
    intent = await stand.lose(LOST, draft, memory)
    stand.set_state(hidden=True)
    assert await stand.publisher.find(draft, intent, stand.login) is Sighting.NOT_THERE
    stand.set_state(hidden=False)
    memory.intents.clear()
    with pytest.raises(OutcomeUnknown):
        await stand.publisher.publish(draft, stand.login, memory)
    assert isinstance(memory.failure, Duplicate)
    much_later = replace(memory.intents[0], sent_at=datetime.now(UTC) + timedelta(hours=3))
    publisher = stand.made(ahead=timedelta(hours=4))
    assert_out_once(stand, draft, await _found(publisher.find(draft, much_later, stand.login)))


async def _found(look: Any) -> Published:
    found = await look
    assert isinstance(found, Published)
    return found


async def test_a_long_text_may_be_cut_in_the_timeline_and_so_nobody_can_tell(stand: XStand) -> None:
    stand.set_state(rules={"max_length": 4000})
    draft = stand.draft(Format.TWEET, caption="긴 글 " * 100)
    lost = await stand.lose(LOST, draft)
    assert isinstance(await stand.publisher.find(draft, lost, stand.login), Published)
    cut = replace(lost, evidence={**lost.evidence, "text_sha256": "", "without_links_sha256": ""})
    assert await stand.publisher.find(draft, cut, stand.login) is Sighting.CANNOT_TELL
    known = replace(cut, known_ids=frozenset({stand.items()[0]["id"]}))
    assert await stand.publisher.find(draft, known, stand.login) is Sighting.NOT_THERE


# Media


async def test_a_large_file_goes_in_segments_and_arrives_whole(stand: XStand) -> None:
    content = stand.photo().path
    assert content is not None
    large = stand.photo(content.read_bytes() + b"\0" * (4 * 1024 * 1024 + 5))
    draft = stand.draft(Format.TWEET, media=(large,))
    await stand.publisher.publish(draft, stand.login, Memory())
    assert stand.published()[0].media == (large.asset_id,)
    assert stand.sent("append") == 2


async def test_a_video_is_waited_for_and_attached(stand: XStand, make_video: MakeVideo) -> None:
    stand.set_state(processing={"seconds": 0.5, "result": "finished"})
    video = stand.media(make_video(1), "video/mp4", kind=MediaKind.VIDEO, duration=1.0)
    draft = stand.draft(Format.TWEET, media=(video,))
    await stand.publisher.publish(draft, stand.login, Memory())
    assert stand.published()[0].media == (video.asset_id,)
    assert stand.sent("status") > 1


@pytest.mark.parametrize("failing", [True, False])
async def test_what_x_can_not_process_is_a_broken_file(stand: XStand, failing: bool) -> None:
    stand.set_state(processing={"seconds": 0, "result": "error" if failing else "finished"})
    publishing = stand.publisher.publish(stand.draft(Format.THREAD), stand.login, Memory())
    if failing:
        with pytest.raises(MediaBroken) as broken:
            await publishing
        assert broken.value.which == 1
    else:
        await publishing


async def test_a_file_that_is_no_image_is_named_by_its_place(stand: XStand) -> None:
    draft = stand.draft(Format.TWEET, media=(stand.photo(), stand.photo(b"\xff\xd8\xff nothing")))
    with pytest.raises(MediaBroken) as broken:
        await stand.publisher.publish(draft, stand.login, Memory())
    assert broken.value.which == 2


async def test_media_that_x_has_forgotten_is_sent_again_once(stand: XStand) -> None:
    draft, memory = stand.draft(Format.THREAD), Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await stand.publisher.publish(draft, stand.login, memory)
    stand.advance(timedelta(hours=25))
    stand.login = await stand.publisher.renew(stand.login)
    with pytest.raises(OutcomeUnknown):
        await stand.publisher.publish(draft, stand.login, memory)
    assert isinstance(memory.failure, Transient)
    for stage in memory.failure.start_over:
        memory.kept.pop(stage, None)
    memory.intents.clear()
    again = {"kind": "answer", "status": 400, "body": {"errors": [{"code": 325, "message": "forgotten"}]}}
    stand.fault(again, CALLS["publish"])
    with pytest.raises(OutcomeUnknown):
        await stand.publisher.publish(draft, stand.login, memory)
    assert isinstance(memory.failure, MediaBroken)
    memory.intents.clear()
    assert_out_once(stand, draft, await stand.publisher.publish(draft, stand.login, memory))
    assert stand.sent("initialize") == 2


async def test_media_that_is_about_to_be_forgotten_is_not_attached(stand: XStand) -> None:
    draft, memory = stand.draft(Format.THREAD), Memory(dies=("publish", "before"))
    with pytest.raises(Died):
        await stand.publisher.publish(draft, stand.login, memory)
    tomorrow = stand.made(ahead=timedelta(hours=23, minutes=58))
    with pytest.raises(Transient) as old:
        await tomorrow.publish(draft, stand.login, memory)
    assert (old.value.reach, old.value.start_over) == (Reach.NOT_SENT, ("media", "polling", "alt_text"))
    assert (stand.items(), memory.intents) == ([], [])


# Accounts


async def test_a_token_whose_time_is_over_is_not_even_tried(stand: XStand) -> None:
    over = replace(stand.login, expires_at=datetime.now(UTC))
    with pytest.raises(LoginExpired) as expired:
        await stand.publisher.publish(stand.draft(Format.TWEET), over, Memory())
    assert expired.value.reach is Reach.NOT_SENT
    assert stand.requests() == []


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"account": "suspended"}, AccountSuspended),
        ({"account": "restricted"}, AccountSuspended),
        ({"rules": {"billing": "no-credits"}}, Misconfigured),
        ({"rules": {"refuses": "client-forbidden"}}, Misconfigured),
        ({"rules": {"refuses": "app-suspended"}}, Misconfigured),
    ],
)
@pytest.mark.parametrize("shape", ["v2", "legacy"])
async def test_what_stops_everything_shows_before_anything_is_sent(
    stand: XStand, state: dict[str, Any], expected: type[Exception], shape: str
) -> None:
    stand.set_state(**{**state, "rules": {"errors": shape, **state.get("rules", {})}})
    with pytest.raises(expected):
        await stand.publisher.publish(stand.draft(Format.TWEET), stand.login, Memory())
    assert stand.sent("publish") == 0


@pytest.mark.parametrize("status", [200, 404])
async def test_a_deleted_post_is_gone(stand: XStand, status: int) -> None:
    stand.set_state(rules={"missing_status": status})
    published = await stand.publisher.publish(stand.draft(Format.TWEET), stand.login, Memory())
    headers = {"Authorization": f"Bearer {stand.login.credentials['access_token']}"}
    stand.sandbox.delete(f"/x/2/tweets/{published.external_id}", headers=headers).raise_for_status()
    assert await stand.publisher.measure(published.external_id, stand.login) is Sighting.NOT_THERE


async def test_an_account_without_a_known_name_still_has_links(stand: XStand) -> None:
    publisher = stand.made(post_url="https://x.com/{handle}/status/{id}")
    draft = stand.draft(Format.TWEET)
    intent = await stand.lose(LOST, draft)
    nameless = Intent(intent.name, {**intent.evidence, "handle": ""}, intent.sent_at)
    found = await _found(publisher.find(draft, nameless, stand.login))
    assert found.permalink == f"https://x.com/i/web/status/{found.external_id}"
    assert (await _found(publisher.find(draft, intent, stand.login))).permalink == (
        f"https://x.com/{stand.handle}/status/{found.external_id}"
    )
