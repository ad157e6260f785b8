"""Instagram, in both flavours of login, against the sandbox: the contract, and what only Instagram does."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.contracts.publisher import (
    HANG_SECONDS,
    Call,
    Died,
    Memory,
    Out,
    PublisherContract,
    assert_out_once,
    goes_out,
)
from connectors.publishers.conftest import NewHttp
from pressrun.connectors.base import Draft, DraftMedia, Intent, Login, Published, Publisher
from pressrun.connectors.publishers.instagram import Instagram
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
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.post import Format

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
FACTS = MediaFacts(MediaKind.IMAGE, "image/jpeg", 5000, 1080, 1080)
HANDLE = "커피하루"
CALLS = {
    "container": Call("POST", r"/media$"),
    "status": Call("GET", r"/v25\.0/179\d+$"),
    "publish": Call("POST", r"/media_publish$"),
    "link": Call("GET", r"/v25\.0/180\d+$", tolerates=True),
}
_numbers = itertools.count(1)


class InstagramStand:
    """One Instagram account of the sandbox."""

    handle = HANDLE
    calls: Mapping[str, Call] = CALLS
    publisher: Publisher

    def __init__(self, sandbox: httpx.Client, new_http: NewHttp, pictures: str, *, login: str) -> None:
        self._sandbox = sandbox
        self._pictures = pictures
        self._url = str(sandbox.base_url).rstrip("/")
        asked = {"platform": "instagram", "handle": HANDLE, "login": login}
        made = sandbox.post("/_sandbox/accounts", json=asked).json()
        self.login = Login("account", made["account_id"], made["credentials"])
        self._new_http = new_http
        self.publisher = self.made()

    @property
    def impatient(self) -> Publisher:
        return self.made(seconds=HANG_SECONDS)

    def made(self, *, polls: int = 100, seconds: float = 20) -> Instagram:
        return Instagram(
            self._new_http(seconds),
            now=lambda: NOW,
            facebook_url=f"{self._url}/instagram",
            instagram_url=f"{self._url}/instagram-login",
            poll_waits=[0.02] * polls,
        )

    def draft(self, format: Format, *, count: int = 0, **changes: Any) -> Draft:
        number = next(_numbers)
        files = changes.pop("files", None) or ["photo.jpg"] * (
            count or self.publisher.limits.formats[format].lowest
        )
        fields: dict[str, Any] = {
            "post_id": f"post-{number}",
            "caption": f"오늘의 커피 {number}\n\n둘째 문단 ☕ #원두 & 물 100%",
            "hashtags": ("커피하루", "coffee"),
            "media": tuple(
                DraftMedia(f"asset-{place}", FACTS, f"{self._pictures}/{name}?signature=s", "한 잔의 커피")
                for place, name in enumerate(files)
            ),
        }
        return Draft(format=format, **fields | changes)

    def published(self) -> Sequence[Out]:
        asked = {"platform": "instagram", "account_id": self.login.external_id}
        items = self._sandbox.get("/_sandbox/published", params=asked).json()["items"]
        return [Out(item["id"], item["permalink"], item["text"]) for item in items]

    def fault(self, effect: Mapping[str, Any], call: Call, *, times: int | None = 1) -> None:
        match = {"method": call.method, "path_regex": call.path_regex}
        asked = {"platform": "instagram", "match": match, "effect": dict(effect), "times": times}
        self._sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def heal(self) -> None:
        self._sandbox.delete("/_sandbox/faults").raise_for_status()

    def requests(self) -> Sequence[tuple[str, str]]:
        items = self._sandbox.get("/_sandbox/requests", params={"platform": "instagram"}).json()["items"]
        return [(item["method"], item["path"]) for item in items]

    def set_state(self, **changes: Any) -> None:
        path = f"/_sandbox/accounts/instagram/{self.login.external_id}/state"
        self._sandbox.post(path, json=changes).raise_for_status()

    def advance(self, by: timedelta) -> None:
        self._sandbox.post("/_sandbox/clock", json={"advance_s": by.total_seconds()}).raise_for_status()

    def sent(self, call: str) -> int:
        wanted = CALLS[call]
        ending = wanted.path_regex.removesuffix("$")
        return sum(method == wanted.method and path.endswith(ending) for method, path in self.requests())

    async def lose(self, effect: Mapping[str, Any], **changes: Any) -> tuple[Draft, Intent]:
        draft, memory = self.draft(Format.FEED, **changes), Memory()
        self.fault(effect, CALLS["publish"])
        with pytest.raises(OutcomeUnknown):
            await self.publisher.publish(draft, self.login, memory)
        return draft, memory.intents[0]


@pytest.fixture(params=["facebook", "instagram"])
async def stand(
    request: pytest.FixtureRequest, sandbox: httpx.Client, new_http: NewHttp, pictures: str
) -> InstagramStand:
    return InstagramStand(sandbox, new_http, pictures, login=request.param)


@pytest.fixture
async def cafe(sandbox: httpx.Client, new_http: NewHttp, pictures: str) -> InstagramStand:
    """One flavour is enough where the login makes no difference."""
    return InstagramStand(sandbox, new_http, pictures, login="facebook")


class TestInstagram(PublisherContract):
    """The contract."""


def graph_error(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    error = {"message": "No.", "type": "OAuthException", "code": code, "fbtrace_id": "AbC"}
    if subcode is not None:
        error["error_subcode"] = subcode
    return {"kind": "answer", "status": 400, "body": {"error": error}, **more}


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
    "caption": (graph_error(36004, 2207010), Refused()),
    "no permission": (graph_error(10), LoginExpired()),
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
    draft = cafe.draft(Format.CAROUSEL, files=["photo.jpg", file])
    with pytest.raises(expected) as caught:
        await cafe.publisher.publish(draft, cafe.login, Memory())
    assert isinstance(caught.value, MediaBroken)
    assert caught.value.which == 2


async def test_a_picture_that_can_not_be_fetched_is_named_without_its_signature(cafe: InstagramStand) -> None:
    draft = cafe.draft(Format.FEED, files=["missing.jpg"])
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


# Looking


async def test_a_hidden_post_is_published_without_its_id(cafe: InstagramStand) -> None:
    draft, intent = await cafe.lose({"kind": "drop_after"})
    cafe.set_state(hidden=True)
    assert await cafe.publisher.find(draft, intent, cafe.login) == Published()


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


# Logins and numbers


@pytest.mark.parametrize("ig_user_id", ["17841400000000000", "me", "../../x", ""])
async def test_an_account_the_token_can_not_see_is_an_expired_login(
    stand: InstagramStand, ig_user_id: str
) -> None:
    with pytest.raises(LoginExpired):
        await stand.publisher.identify({**stand.login.credentials, "ig_user_id": ig_user_id})


async def test_an_instagram_login_is_renewed_once_it_is_a_day_old(
    sandbox: httpx.Client, new_http: NewHttp, pictures: str
) -> None:
    stand = InstagramStand(sandbox, new_http, pictures, login="instagram")
    stand.advance(timedelta(days=2))
    renewed = await stand.publisher.renew(stand.login)
    assert renewed.credentials["access_token"] != stand.login.credentials["access_token"]
    assert {**renewed.credentials, "access_token": ""} == {**stand.login.credentials, "access_token": ""}
    assert renewed.expires_at is not None
    assert timedelta(days=59) < renewed.expires_at - NOW <= timedelta(days=60)
    assert (await stand.publisher.identify(renewed.credentials)).handle == HANDLE


async def test_an_expired_login_can_not_be_renewed(stand: InstagramStand) -> None:
    stand.set_state(token="revoked")
    with pytest.raises(LoginExpired):
        await stand.publisher.renew(stand.login)


async def test_only_a_person_renews_a_facebook_login(cafe: InstagramStand) -> None:
    with pytest.raises(LoginExpired):
        await cafe.publisher.renew(cafe.login)
    assert cafe.requests() == []


@pytest.mark.parametrize(
    "body", ["", "<html></html>", [], {}, {"access_token": "new"}, {"access_token": "new", "expires_in": "?"}]
)
async def test_an_unreadable_renewal_changes_nothing(
    sandbox: httpx.Client, new_http: NewHttp, pictures: str, body: Any
) -> None:
    stand = InstagramStand(sandbox, new_http, pictures, login="instagram")
    stand.fault({"kind": "answer", "status": 200, "body": body}, Call("GET", "refresh_access_token"))
    with pytest.raises(Transient):
        await stand.publisher.renew(stand.login)


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
    cafe.fault({"kind": "answer", "status": 200, "body": {"data": data}}, Call("GET", "insights"))
    assert await cafe.publisher.measure("18000000000000000", cafe.login) == {}


async def test_too_few_viewers_are_no_numbers_and_no_dead_login(cafe: InstagramStand) -> None:
    said = "(#10) Not enough viewers for the media to show insights"
    cafe.fault(
        {"kind": "answer", "status": 400, "body": {"error": {"message": said, "code": 10}}},
        Call("GET", "insights"),
    )
    assert await cafe.publisher.measure("18000000000000000", cafe.login) == {}


# Drafts


@pytest.mark.parametrize(
    "facts",
    [
        {"mime": "image/png"},
        {"size": 8 * 1024 * 1024 + 1},
        {"width": 1441},
        {"width": 1080, "height": 1351},
        {"width": 1080, "height": 565},
    ],
)
def test_a_picture_outside_the_rules_is_named_by_its_place(
    cafe: InstagramStand, facts: dict[str, Any]
) -> None:
    bad = MediaFacts(
        **{"kind": MediaKind.IMAGE, "mime": "image/jpeg", "size": 5, "width": 1080, "height": 1080} | facts
    )
    good = cafe.draft(Format.CAROUSEL, count=2)
    draft = cafe.draft(Format.CAROUSEL, media=(good.media[0], DraftMedia("bad", bad, "http://x.example")))
    assert [(flaw.code, flaw.values) for flaw in cafe.publisher.check(draft)] == [
        ("media_unusable", {"which": 2})
    ]


def test_a_video_is_not_taken_as_a_picture(cafe: InstagramStand) -> None:
    video = MediaFacts(MediaKind.VIDEO, "video/mp4", 5000, 1080, 1080, 10)
    draft = cafe.draft(Format.FEED, media=(DraftMedia("film", video, "http://x.example"),))
    assert [flaw.code for flaw in cafe.publisher.check(draft)] == ["media_kind"]


async def test_a_place_and_a_long_description_go_with_the_post(
    cafe: InstagramStand, sandbox: httpx.Client
) -> None:
    draft = cafe.draft(Format.FEED, options={"location_id": 110})
    long = DraftMedia("asset", FACTS, draft.media[0].url, "가" * 1500)
    draft = cafe.draft(Format.FEED, media=(long,), options={"location_id": 110})
    assert_out_once(cafe, draft, await goes_out(cafe, draft, Memory()))
