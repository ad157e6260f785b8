"""Videos: sent as bytes that go on where they stopped, or fetched; one that fails is tried once more."""

from typing import Any

import pytest

from connectors.contracts.publisher import Call, Died, Memory, assert_out_once, goes_out
from connectors.publishers.instagram.stand import CALLS, UPLOAD, InstagramStand, film, graph_error
from pressrun.connectors.base import Draft, DraftMedia
from pressrun.domain.failures import (
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    Refused,
    Transient,
)
from pressrun.domain.post import Format

STATUS = CALLS["status"]
SEND = UPLOAD["upload"]
VIDEO_FORMATS = [Format.REEL, Format.STORY, Format.CAROUSEL]


def debug_info(type: str, message: str = "Request processing failed", **more: Any) -> dict[str, Any]:
    about = {"retriable": False, "type": type, "message": message} | more
    return {"kind": "answer", "status": 400, "body": {"debug_info": about}}


def videos(stand: InstagramStand, format: Format, **changes: Any) -> Draft:
    kinds = ["film", "photo", "film"] if format is Format.CAROUSEL else ["film"]
    return stand.draft(format, kinds=kinds, **changes)


async def publish(stand: InstagramStand, draft: Draft) -> dict[str, Any]:
    """The post as the stand-in has it."""
    published = await stand.publisher.publish(draft, stand.login, Memory())
    assert_out_once(stand, draft, published)
    return stand.posts()[-1]


async def failure_of(stand: InstagramStand, draft: Draft, memory: Memory) -> Failure:
    """What publishing raised; stages that are worthless then are forgotten, as the engine does."""
    with pytest.raises(Failure) as caught:
        await stand.publisher.publish(draft, stand.login, memory)
    for stage in caught.value.start_over:
        memory.kept.pop(stage, None)
    return caught.value


@pytest.mark.parametrize("format", VIDEO_FORMATS)
async def test_one_flavour_takes_bytes_and_the_other_fetches(stand: InstagramStand, format: Format) -> None:
    post = await publish(stand, videos(stand, format))
    films = [file for file in post["media"] if file["mime"] == "video/mp4"]
    were_fetched = [bool(file["source_url"]) for file in films]
    sent = [path for _, path in stand.requests() if path.startswith("/rupload/")]
    is_facebook = stand.login.credentials["login"] == "facebook"
    assert were_fetched == [not is_facebook] * len(films)
    assert len(sent) == (len(films) if is_facebook else 0)


@pytest.mark.parametrize("format", VIDEO_FORMATS)
async def test_an_upload_that_was_cut_goes_on_where_it_stopped(cafe: InstagramStand, format: Format) -> None:
    draft = videos(cafe, format)
    size = draft.media[0].facts.size
    cafe.fault({"kind": "drop_within", "bytes": size // 3}, SEND)
    cafe.fault({"kind": "drop_within", "bytes": size // 3}, SEND)
    await publish(cafe, draft)
    films = [media for media in draft.media if media.facts.duration]
    assert cafe.bytes_received() == [media.facts.size for media in films]


async def test_an_upload_goes_on_after_a_crash(cafe: InstagramStand) -> None:
    draft, memory = videos(cafe, Format.REEL), Memory()
    cafe.fault({"kind": "drop_within", "bytes": draft.media[0].facts.size // 2}, SEND)
    cafe.fault({"kind": "answer", "status": 500}, SEND, times=None)
    assert isinstance(await failure_of(cafe, draft, memory), Transient)
    cafe.heal()
    container = memory.kept["container"]
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, memory))
    assert memory.kept["container"] == container
    assert cafe.bytes_received() == [draft.media[0].facts.size]


async def test_a_whole_file_is_never_sent_twice(cafe: InstagramStand) -> None:
    draft, memory = videos(cafe, Format.REEL), Memory(dies=("polling", "inside"))
    with pytest.raises(Died):
        await cafe.publisher.publish(draft, cafe.login, memory)
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, memory))
    assert len([path for _, path in cafe.requests() if path.startswith("/rupload/")]) == 1


async def test_an_upload_that_gets_nowhere_is_given_up_until_later(cafe: InstagramStand) -> None:
    draft, memory = videos(cafe, Format.REEL), Memory()
    cafe.fault({"kind": "answer", "status": 503}, SEND, times=None)
    failure = await failure_of(cafe, draft, memory)
    assert (type(failure), failure.start_over) == (Transient, ())
    assert len([path for _, path in cafe.requests() if path.startswith("/rupload/")]) == 3


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        (debug_info("NotAuthorizedError", "User not authorized to perform this request"), LoginExpired),
        (graph_error(190, 463), LoginExpired),
        (graph_error(25, 2207050), Failure),
        (debug_info("ProcessingFailedError", '{"error":{"code":1363008}}'), Transient),
        (graph_error(1, 1363008), Transient),
    ],
)
async def test_what_is_said_of_an_upload_has_its_kind(
    cafe: InstagramStand, effect: dict[str, Any], expected: type[Failure]
) -> None:
    cafe.fault(effect, SEND)
    with pytest.raises(expected):
        await cafe.publisher.publish(videos(cafe, Format.REEL), cafe.login, Memory())


@pytest.mark.parametrize(
    "effect",
    [
        debug_info("OffsetInvalidLengthError", "Request starting offset is invalid"),
        debug_info("PartialRequestError", "Partial request", retriable=True),
        {"kind": "answer", "status": 200, "body": {"success": False}},
    ],
)
async def test_an_upload_that_may_go_on_goes_on_at_once(cafe: InstagramStand, effect: dict[str, Any]) -> None:
    cafe.fault(effect, SEND)
    await publish(cafe, videos(cafe, Format.REEL))


FAILED = {"status_code": "ERROR", "status": "Error: Media upload has failed with error code 2207082"}
SPOILED = {
    "while it was sent": (debug_info("ProcessingFailedError", "1363008"), SEND),
    "while it was looked at": ({"kind": "answer", "status": 200, "body": FAILED}, STATUS),
}


@pytest.mark.parametrize("moment", SPOILED)
@pytest.mark.parametrize("format", VIDEO_FORMATS)
async def test_a_video_that_was_not_processed_is_tried_with_another_container_once(
    cafe: InstagramStand, format: Format, moment: str
) -> None:
    effect, call = SPOILED[moment]
    draft, memory = videos(cafe, format), Memory()
    cafe.fault(effect, call)
    first = await failure_of(cafe, draft, memory)
    assert isinstance(first, Transient)
    cafe.fault(effect, call)
    second = await failure_of(cafe, draft, memory)
    assert (type(second), getattr(second, "which", None)) == (MediaBroken, 1)
    # A person insists: the third container is as good as any.
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, memory))


@pytest.mark.parametrize("how", [{"seconds": 2}, {"rate": 15}, {"codec": "mpeg4"}, {"front": False}])
async def test_a_video_against_the_rules_is_named_by_its_place(
    stand: InstagramStand, how: dict[str, Any]
) -> None:
    good = videos(stand, Format.CAROUSEL)
    bad = film(stand.shelf.film("bad", stand.make_video(**how)))
    draft = videos(stand, Format.CAROUSEL, media=(good.media[0], bad))
    failure = await failure_of(stand, draft, Memory())
    assert (type(failure), getattr(failure, "which", None)) == (MediaBroken, 2)
    assert "container" in failure.start_over


# Fetching


async def test_a_video_that_can_not_be_fetched_is_made_from_another_address_next_time(
    kiosk: InstagramStand,
) -> None:
    """S2.9: the engine brings the file home in between."""
    good = videos(kiosk, Format.REEL)
    gone = DraftMedia("gone", good.media[0].facts, f"{kiosk.shelf.url}/gone.mp4?signature=s")
    memory = Memory()
    failure = await failure_of(kiosk, videos(kiosk, Format.REEL, media=(gone,)), memory)
    assert isinstance(failure, MediaUnreachable)
    assert failure.url.endswith("/gone.mp4")
    assert_out_once(kiosk, good, await kiosk.publisher.publish(good, kiosk.login, memory))


async def test_a_file_that_one_place_does_not_give_comes_from_the_other(stand: InstagramStand) -> None:
    good = stand.draft(Format.FEED)
    (photo,) = good.media
    fetched_here = DraftMedia(photo.asset_id, photo.facts, f"{stand.shelf.url}/gone.jpg", local_url=photo.url)
    memory = Memory()
    draft = stand.draft(Format.FEED, media=(fetched_here,))
    assert_out_once(stand, draft, await stand.publisher.publish(draft, stand.login, memory))
    assert ("container", "media_fell_back") in memory.reports
    assert stand.sent("container") == 4


async def test_a_fetch_that_fails_now_and_then_is_asked_for_again(cafe: InstagramStand) -> None:
    cafe.fault(graph_error(9004, 2207052), CALLS["container"], times=2)
    draft = cafe.draft(Format.CAROUSEL, kinds=["photo", "photo"])
    assert_out_once(cafe, draft, await cafe.publisher.publish(draft, cafe.login, Memory()))


async def test_where_bytes_are_refused_the_video_is_fetched(cafe: InstagramStand) -> None:
    cafe.set_state(rules={"resumable": "refuse"})
    post = await publish(cafe, videos(cafe, Format.REEL))
    assert post["media"][0]["source_url"]


async def test_a_video_without_an_address_goes_by_its_bytes(cafe: InstagramStand) -> None:
    (media,) = videos(cafe, Format.REEL).media
    bare = DraftMedia(media.asset_id, media.facts, "", path=media.path)
    await publish(cafe, videos(cafe, Format.REEL, media=(bare,)))


# Covers


async def test_a_reel_has_its_cover(stand: InstagramStand) -> None:
    cover = stand.media("photo")
    draft = videos(
        stand, Format.REEL, options={"cover_asset_id": cover.asset_id}, attachments={"cover": cover}
    )
    post = await publish(stand, draft)
    assert post["extras"]["cover_url"] == cover.url


async def test_a_cover_that_can_not_be_fetched_comes_from_this_machine(stand: InstagramStand) -> None:
    cover = stand.media("photo")
    away = DraftMedia(cover.asset_id, cover.facts, f"{stand.shelf.url}/gone.jpg", local_url=cover.url)
    draft = videos(stand, Format.REEL, options={"cover_asset_id": "c"}, attachments={"cover": away})
    post = await publish(stand, draft)
    assert post["extras"]["cover_url"] == cover.url


@pytest.mark.parametrize(("name", "reason"), [("broken.jpg", "cover_unusable"), (None, "cover_missing")])
async def test_a_cover_that_is_none_is_refused_by_its_name(
    stand: InstagramStand, name: str | None, reason: str
) -> None:
    attachments = {"cover": stand.media(name)} if name else {}
    draft = videos(stand, Format.REEL, options={"cover_asset_id": "c"}, attachments=attachments)
    failure = await failure_of(stand, draft, Memory())
    assert isinstance(failure, Refused)
    assert failure.reason == reason


# Stories


async def test_a_story_says_that_its_caption_was_left_out(cafe: InstagramStand) -> None:
    memory = Memory()
    await cafe.publisher.publish(cafe.draft(Format.STORY), cafe.login, memory)
    assert ("container", "story_without_text") in memory.reports
    quiet = Memory()
    await cafe.publisher.publish(cafe.draft(Format.STORY, caption="", hashtags=()), cafe.login, quiet)
    assert quiet.reports == []


async def test_a_story_of_two_is_found_by_what_is_known_of_the_other(cafe: InstagramStand) -> None:
    first = await cafe.publisher.publish(cafe.draft(Format.STORY), cafe.login, Memory())
    draft = videos(cafe, Format.STORY)
    memory = Memory(dies=("publish", "inside"), known_ids=frozenset({first.external_id}))
    assert_out_once(cafe, draft, await goes_out(cafe, draft, memory))


async def test_the_steps_of_an_upload_are_told(cafe: InstagramStand) -> None:
    memory = Memory()
    await cafe.publisher.publish(videos(cafe, Format.CAROUSEL), cafe.login, memory)
    assert memory.reports.count(("carousel", "video_sending")) == 2
    assert memory.reports.count(("container", "container_child")) == 3


async def test_a_login_that_dies_while_bytes_are_sent_is_an_expired_login(cafe: InstagramStand) -> None:
    cafe.fault({"kind": "drop_before"}, SEND)
    cafe.fault(graph_error(190, 463), Call("GET", r"/v25\.0/179\d+$"), times=None)
    with pytest.raises(LoginExpired):
        await cafe.publisher.publish(videos(cafe, Format.REEL), cafe.login, Memory())
