"""`POST /api/workflow/publish`: checked completely before it is accepted (S0.2, S0.7, S2.11)."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

import makers
from fakes import FakeMediaStore, FakePublisher, FakeWeb
from pressrun.actions import assets as actions
from pressrun.actions.base import Workspace
from pressrun.connectors.publishers.instagram import Instagram
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Failure, Misconfigured, Transient
from pressrun.domain.media import MediaKind
from pressrun.domain.persona import ApprovalRule
from pressrun.store import accounts, events, personas, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.assets import Asset
from pressrun.store.database import Store

PUBLISH = "/api/workflow/publish"
TONIGHT = "2026-11-20T20:00:00+09:00"
PUBLIC = "https://93.184.216.34/cafe.jpg"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what is decided before anything is written: the kind of database makes no difference."""
KOREAN, ENGLISH = {"Accept-Language": "ko"}, {"Accept-Language": "en"}


CHECK = "/api/workflow/check"


@pytest.fixture
def account(store: Store) -> Account:
    return makers.make_account(store)


@pytest.fixture
def photo(store: Store, asset_folder: Path) -> Asset:
    return makers.make_asset(store, asset_folder)


@pytest.fixture
def by_instagrams_rules(publisher: FakePublisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in checks as Instagram does, files included."""
    monkeypatch.setattr(publisher, "check", lambda draft: Instagram.check(cast(Instagram, publisher), draft))


def body(account: Account, *assets: Asset, **more: Any) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "caption": "비 오는 날의 커피",
        "asset_ids": [asset.id for asset in assets],
        **more,
    }


def flaws(answer: Any) -> dict[str, str]:
    """The code of each field; the answer is the one that API.md describes."""
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    found = {each["field"]: each["code"] for each in told["errors"]}
    assert all(each["message"] for each in told["errors"])
    assert told["code"] == (next(iter(found.values())) if len(told["errors"]) == 1 else "invalid")
    return found


def count(store: Store) -> tuple[int, int]:
    """How many posts and contents there are."""
    with store.read() as tx:
        tables = (schema.post, schema.content)
        posts, contents = (tx.value(sa.select(sa.func.count()).select_from(table)) for table in tables)
        return posts, contents


def test_without_a_time_it_goes_out_now(bob: TestClient, account: Account, photo: Asset) -> None:
    answer = bob.post(PUBLISH, json=body(account, photo))
    assert answer.status_code == 202
    accepted = answer.json()
    post = bob.get(f"/api/posts/{accepted['post_id']}").json()
    assert post["task_id"] == accepted["task_id"]
    assert (post["status"], post["due_at"]) == ("scheduled", "2026-11-20T09:00:00Z")
    assert bob.get("/api/workflow/scheduled-jobs").json()["jobs"] == []


def test_with_a_time_it_waits_and_its_media_is_stored_now(
    bob: TestClient, workspace: Any, account: Account, photo: Asset
) -> None:
    answer = bob.post(PUBLISH, json=body(account, photo, scheduled_publish_time=TONIGHT))
    assert answer.status_code == 201
    job = answer.json()
    assert job["success"] is True
    assert job["scheduled_publish_time"] == "2026-11-20T11:00:00Z"
    assert list(workspace.media_store.kept) == [f"{photo.id}-instagram"]
    (listed,) = bob.get("/api/workflow/scheduled-jobs").json()["jobs"]
    assert (listed["job_id"], listed["post_id"]) == (job["job_id"], job["post_id"])


def test_who_may_publish(
    client: TestClient,
    vera: TestClient,
    charlie: TestClient,
    alice: TestClient,
    store: Store,
    account: Account,
    photo: Asset,
) -> None:
    wanted = body(account, photo)
    assert client.post(PUBLISH, json=wanted).json()["code"] == "not_signed_in"
    refused = vera.post(PUBLISH, json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert count(store) == (0, 0)
    assert charlie.post(PUBLISH, json=wanted).status_code == 202
    assert alice.post(PUBLISH, json=wanted).status_code == 202


@ON_ONE
def test_another_site_can_not_publish_with_our_cookie(
    bob: TestClient, store: Store, account: Account, photo: Asset
) -> None:
    answer = bob.post(PUBLISH, json=body(account, photo), headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert count(store) == (0, 0)


@pytest.mark.parametrize("time", [None, TONIGHT])
def test_the_same_key_publishes_once(
    bob: TestClient, store: Store, account: Account, photo: Asset, time: str | None
) -> None:
    wanted, key = body(account, photo, scheduled_publish_time=time), {"Idempotency-Key": "post-1"}
    first, again = (bob.post(PUBLISH, json=wanted, headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = bob.post(PUBLISH, json={**wanted, "caption": "다른 글"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert count(store) == (1, 1)


def test_a_refused_request_leaves_its_key_free(bob: TestClient, account: Account, photo: Asset) -> None:
    key = {"Idempotency-Key": "post-1"}
    wrong = body(account, photo, scheduled_publish_time="2020-01-01T00:00:00Z")
    assert bob.post(PUBLISH, json=wrong, headers=key).status_code == 422
    assert bob.post(PUBLISH, json=body(account, photo), headers=key).status_code == 202


@ON_ONE
def test_the_format_follows_from_the_files(
    bob: TestClient, store: Store, account: Account, asset_folder: Path
) -> None:
    one, other = (makers.make_asset(store, asset_folder) for _ in range(2))
    film = makers.make_asset(store, asset_folder, facts={"kind": MediaKind.VIDEO, "mime": "video/mp4"})

    def format_of(*assets: Asset, **more: Any) -> str:
        post_id = bob.post(PUBLISH, json=body(account, *assets, **more)).json()["post_id"]
        return bob.get(f"/api/posts/{post_id}").json()["format"]

    assert format_of(one) == "feed"
    assert format_of(one, other) == "carousel"
    assert format_of(film) == "reel"
    assert format_of(one, format="story") == "story"


@ON_ONE
@pytest.mark.usefixtures("by_instagrams_rules")
@pytest.mark.parametrize("format", ["tweet", "poster"])
def test_a_format_that_the_platform_does_not_take_is_refused_with_those_it_takes(
    bob: TestClient, account: Account, photo: Asset, format: str
) -> None:
    answer = bob.post(PUBLISH, json=body(account, photo, format=format), headers=ENGLISH)
    assert flaws(answer) == {"format": "format_unknown"}
    assert "carousel" in answer.json()["errors"][0]["message"]


def test_hashtags_count_within_the_captions_2200_characters(
    bob: TestClient, account: Account, photo: Asset
) -> None:
    """S2.11: two line breaks and a `#` stand between them."""
    fits = body(account, photo, caption="가" * 2193, hashtags=["커피이다"])
    assert bob.post(PUBLISH, json=fits).status_code == 202
    answer = bob.post(PUBLISH, json={**fits, "caption": "가" * 2194}, headers=KOREAN)
    assert flaws(answer) == {"caption": "caption_too_long"}
    assert "2,201자" in answer.json()["title"]


@ON_ONE
@pytest.mark.parametrize("length", [2201, 5000, 20_000])
def test_an_overlong_caption_is_told_its_length(
    bob: TestClient, account: Account, photo: Asset, length: int
) -> None:
    answer = bob.post(PUBLISH, json=body(account, photo, caption="a" * length), headers=ENGLISH)
    assert flaws(answer) == {"caption": "caption_too_long"}
    assert f"{length:,}" in answer.json()["title"]


@ON_ONE
def test_thirty_hashtags_are_taken_and_thirty_one_are_not(
    bob: TestClient, account: Account, photo: Asset
) -> None:
    tags = [f"tag{number}" for number in range(31)]
    assert bob.post(PUBLISH, json=body(account, photo, hashtags=tags[:30])).status_code == 202
    assert flaws(bob.post(PUBLISH, json=body(account, photo, hashtags=tags))) == {
        "hashtags": "too_many_hashtags"
    }


def test_a_picture_needs_no_caption(bob: TestClient, account: Account, photo: Asset) -> None:
    assert bob.post(PUBLISH, json=body(account, photo, caption="")).status_code == 202


@ON_ONE
@pytest.mark.usefixtures("by_instagrams_rules")
def test_a_post_without_a_file_is_refused(bob: TestClient, account: Account) -> None:
    assert flaws(bob.post(PUBLISH, json=body(account))) == {"asset_ids": "media_missing"}


@ON_ONE
@pytest.mark.usefixtures("by_instagrams_rules")
def test_too_many_files_are_counted(
    bob: TestClient, store: Store, account: Account, asset_folder: Path
) -> None:
    many = [makers.make_asset(store, asset_folder) for _ in range(11)]
    answer = bob.post(PUBLISH, json=body(account, *many), headers=ENGLISH)
    assert flaws(answer) == {"asset_ids": "media_count"}
    assert "11" in answer.json()["title"]


def test_a_file_that_is_gone_is_named(bob: TestClient, store: Store, account: Account) -> None:
    """S2.9."""
    answer = bob.post(PUBLISH, json=body(account, makers.make_asset(store, name="고양이.jpg")))
    assert flaws(answer) == {"asset_ids": "media_broken"}
    assert "고양이.jpg" in answer.json()["title"]
    assert count(store) == (0, 0)


def test_an_unknown_account_is_not_found(bob: TestClient) -> None:
    answer = bob.post(PUBLISH, json={"account_id": "nobody", "caption": "a"})
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


@ON_ONE
@pytest.mark.parametrize(
    ("status", "code", "korean", "english"),
    [
        (AccountStatus.SUSPENDED, "account_suspended", "계정 정지됨", "suspended"),
        (AccountStatus.NEEDS_REAUTH, "needs_reauth", "다시 연결", "econnect"),
        (AccountStatus.PAUSED, "account_paused", "일시중지", "paused"),
    ],
)
def test_an_account_that_can_not_publish_refuses(
    bob: TestClient,
    store: Store,
    account: Account,
    photo: Asset,
    status: AccountStatus,
    code: str,
    korean: str,
    english: str,
) -> None:
    with store.transaction() as tx:
        accounts.set_status(tx, account, status)
    for headers, text in ((KOREAN, korean), (ENGLISH, english)):
        answer = bob.post(PUBLISH, json=body(account, photo), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert text in answer.json()["title"] + answer.json()["detail"]
    assert count(store) == (0, 0)


def test_unknown_and_repeated_files_are_refused(bob: TestClient, account: Account, photo: Asset) -> None:
    unknown = bob.post(PUBLISH, json={**body(account), "asset_ids": ["f" * 64]})
    assert flaws(unknown) == {"asset_ids": "asset_not_found"}
    assert "f" * 64 in unknown.json()["title"]
    assert flaws(bob.post(PUBLISH, json=body(account, photo, photo))) == {"asset_ids": "asset_duplicate"}


def test_files_keep_their_order(bob: TestClient, store: Store, account: Account, asset_folder: Path) -> None:
    made = [makers.make_asset(store, asset_folder) for _ in range(5)]
    wanted = [made[index] for index in (3, 0, 4, 1, 2)]
    post_id = bob.post(PUBLISH, json=body(account, *wanted)).json()["post_id"]
    assert bob.get(f"/api/posts/{post_id}").json()["assets"] == [asset.id for asset in wanted]


@ON_ONE
@pytest.mark.parametrize(
    ("time", "code", "korean", "english"),
    [
        ("2026-11-20T08:59:59Z", "time_in_past", "이미 지난 시각이에요.", "That time has passed."),
        ("2026-11-20T09:00:59Z", "time_too_near", "너무 가까운 시각이에요.", "Too soon."),
        ("2028-11-21T09:00:01Z", "time_too_far", "너무 먼 시각이에요.", "Too far away."),
        ("tomorrow", "time_malformed", "날짜를 읽을 수 없어요.", "Can't read that date."),
        ("2026-02-30T10:00:00Z", "time_malformed", "날짜를 읽을 수 없어요.", "Can't read that date."),
        ("", "time_malformed", "날짜를 읽을 수 없어요.", "Can't read that date."),
    ],
)
def test_a_time_that_can_not_be_is_explained(
    bob: TestClient, account: Account, photo: Asset, time: str, code: str, korean: str, english: str
) -> None:
    for headers, text in ((KOREAN, korean), (ENGLISH, english)):
        answer = bob.post(PUBLISH, json=body(account, photo, scheduled_publish_time=time), headers=headers)
        assert flaws(answer) == {"scheduled_publish_time": code}
        assert answer.json()["title"] == text
        assert answer.json()["detail"]


def test_a_minute_ahead_is_soon_enough(bob: TestClient, account: Account, photo: Asset) -> None:
    wanted = body(account, photo, scheduled_publish_time="2026-11-20T09:01:00Z")
    assert bob.post(PUBLISH, json=wanted).status_code == 201


@ON_ONE
@pytest.mark.parametrize(
    ("zone", "time", "at"),
    [
        ("Asia/Seoul", "2026-11-21T07:30", "2026-11-20T22:30:00Z"),
        ("America/New_York", "2026-11-21 07:30:15", "2026-11-21T12:30:15Z"),
        ("America/New_York", "2027-11-07T01:30", "2027-11-07T05:30:00Z"),
    ],
    ids=["the persona's zone", "another zone", "the earlier pass of a fold"],
)
def test_a_time_without_an_offset_is_the_personas(
    bob: TestClient, store: Store, photo: Asset, zone: str, time: str, at: str
) -> None:
    account = makers.make_account(store, makers.make_persona(store, timezone=zone))
    answer = bob.post(PUBLISH, json=body(account, photo, scheduled_publish_time=time))
    assert answer.json()["scheduled_publish_time"] == at


@ON_ONE
def test_a_time_that_daylight_saving_skips_does_not_exist(
    bob: TestClient, store: Store, photo: Asset
) -> None:
    account = makers.make_account(store, makers.make_persona(store, timezone="America/New_York"))
    wanted = body(account, photo, scheduled_publish_time="2027-03-14T02:30")
    answer = bob.post(PUBLISH, json=wanted, headers=ENGLISH)
    assert flaws(answer) == {"scheduled_publish_time": "time_does_not_exist"}
    assert "America/New_York" in answer.json()["title"]


@ON_ONE
@pytest.mark.usefixtures("by_instagrams_rules")
def test_everything_that_is_wrong_is_told_at_once(bob: TestClient, store: Store, account: Account) -> None:
    tags = [f"tag{number}" for number in range(31)]
    wanted = body(
        account,
        caption="가" * 2201,
        hashtags=tags,
        asset_ids=["f" * 64],
        image_urls=["http://127.0.0.1/cat.jpg"],
        format="poster",
        scheduled_publish_time="2020-01-01T00:00:00Z",
    )
    answer = bob.post(PUBLISH, json=wanted)
    assert answer.json()["code"] == "invalid"
    assert flaws(answer) == {
        "caption": "caption_too_long",
        "hashtags": "too_many_hashtags",
        "asset_ids": "asset_not_found",
        "image_urls": "address_private",
        "format": "format_unknown",
        "scheduled_publish_time": "time_in_past",
    }
    late = body(account, caption="가" * 2201, scheduled_publish_time="2020-01-01T00:00:00Z")
    assert set(flaws(bob.post(PUBLISH, json=late))) == {"caption", "asset_ids", "scheduled_publish_time"}
    assert count(store) == (0, 0)


@ON_ONE
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"account_id": None}, "account_id"),
        ({"caption": 7}, "caption"),
        ({"caption": "nul \0"}, "caption"),
        ({"hashtags": "coffee"}, "hashtags"),
        ({"hashtags": ["a"] * 201}, "hashtags"),
        ({"asset_ids": [["a"]]}, "asset_ids.0"),
        ({"image_urls": ["ftp://example.com/cat.jpg"]}, "image_urls.0"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(
    bob: TestClient, account: Account, wrong: dict[str, Any], field: str
) -> None:
    assert list(flaws(bob.post(PUBLISH, json={**body(account), **wrong}))) == [field]


@pytest.mark.parametrize("time", [None, TONIGHT])
def test_where_approval_is_asked_for_only_an_approver_publishes_at_once(
    bob: TestClient, charlie: TestClient, store: Store, photo: Asset, time: str | None
) -> None:
    persona = makers.make_persona(store, approval=ApprovalRule.ALWAYS)
    account = makers.make_account(store, persona)
    wanted = body(account, photo, scheduled_publish_time=time)

    submitted = bob.post(PUBLISH, json=wanted)
    assert (submitted.status_code, submitted.json()["status"]) == (202, "awaiting_approval")
    assert submitted.json().get("scheduled_publish_time") == ("2026-11-20T11:00:00Z" if time else None)
    post = bob.get(f"/api/posts/{submitted.json()['post_id']}").json()
    assert post["status"] == "awaiting_approval"
    assert [each["persona_id"] for each in charlie.get("/api/contents").json()["items"]] == [persona.id]

    approved = charlie.post(PUBLISH, json=wanted)
    assert approved.status_code == (201 if time else 202)
    assert approved.json()["status"] == "scheduled"


@pytest.mark.parametrize("time", [None, TONIGHT])
def test_where_the_media_can_not_be_stored_publishing_now_is_offered(
    bob: TestClient,
    store: Store,
    account: Account,
    photo: Asset,
    monkeypatch: pytest.MonkeyPatch,
    time: str | None,
) -> None:
    """S0.7."""

    async def refuse(*_: object) -> str:
        raise Misconfigured

    with monkeypatch.context() as broken:
        broken.setattr(FakeMediaStore, "put", refuse)
        answer = bob.post(PUBLISH, json=body(account, photo, scheduled_publish_time=time))
    assert (answer.status_code, answer.json()["code"]) == (503, "scheduling_failed")
    assert answer.json()["publish_now_possible"] is (time is not None)
    assert answer.json()["cause"] == {"store": "fake", "said": "misconfigured"}
    assert answer.json()["detail"]
    assert count(store) == (0, 0)
    assert bob.post(PUBLISH, json=body(account, photo)).status_code == 202


@pytest.mark.parametrize(
    ("time", "trouble"), [(TONIGHT, Transient), (None, Transient), (None, Misconfigured)]
)
def test_where_the_store_can_not_be_used_the_post_says_that_its_file_lies_here(
    bob: TestClient,
    workspace: Workspace,
    account: Account,
    photo: Asset,
    time: str | None,
    trouble: type[Failure],
) -> None:
    """S2.9: never silent."""
    chosen = workspace.media_store
    assert isinstance(chosen, FakeMediaStore)
    chosen.failures = [trouble() for _ in range(3)]
    answer = bob.post(PUBLISH, json=body(account, photo, scheduled_publish_time=time))
    assert answer.status_code == (202 if time is None else 201)
    post_id = answer.json()["post_id"]
    with workspace.store.read() as tx:
        told = [event for event in events.newest(tx, (f"post:{post_id}",)) if event.kind == "media.fell_back"]
    assert [event.data["store"] for event in told] == ["fake"]
    assert "미디어 저장소를 쓸 수 없어 로컬 파일을 써요" in bob.get(f"/posts/{post_id}").text


def test_images_are_fetched_from_their_addresses_and_come_after_the_files(
    bob: TestClient, account: Account, photo: Asset, outside: FakeWeb
) -> None:
    outside.files[PUBLIC] = makers.make_image()
    answer = bob.post(PUBLISH, json=body(account, photo, image_urls=[PUBLIC]))
    post = bob.get(f"/api/posts/{answer.json()['post_id']}").json()
    assert post["assets"][0] == photo.id
    assert bob.get(f"/api/assets/{post['assets'][1]}").json()["name"] == "cafe.jpg"
    assert post["format"] == "carousel"


@ON_ONE
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/cat.jpg",
        "http://10.1.2.3/cat.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/cat.jpg",
        "http://[::ffff:127.0.0.1]/cat.jpg",
        "http://[64:ff9b::7f00:1]/cat.jpg",
        "http://224.0.0.1/cat.jpg",
        "http://0/cat.jpg",
    ],
)
def test_addresses_inside_a_private_network_are_not_fetched(
    bob: TestClient, account: Account, outside: FakeWeb, url: str
) -> None:
    outside.files[url] = makers.make_image()
    answer = bob.post(PUBLISH, json=body(account, image_urls=[url]), headers=ENGLISH)
    assert flaws(answer) == {"image_urls": "address_private"}
    assert url in answer.json()["title"]


@ON_ONE
@pytest.mark.parametrize("url", [PUBLIC, "https://", "https://93.184.216.34:99999/cat.jpg"])
def test_an_address_that_does_not_open_is_named(bob: TestClient, account: Account, url: str) -> None:
    assert flaws(bob.post(PUBLISH, json=body(account, image_urls=[url]))) == {
        "image_urls": "image_url_unreachable"
    }


@ON_ONE
def test_what_lies_at_an_address_must_be_a_picture(
    bob: TestClient, account: Account, outside: FakeWeb
) -> None:
    outside.files[PUBLIC] = b"<html>not a picture</html>"
    answer = bob.post(PUBLISH, json=body(account, image_urls=[PUBLIC]))
    assert flaws(answer) == {"image_urls": "media_broken"}


def test_nothing_is_fetched_for_an_account_that_is_not_there(bob: TestClient, outside: FakeWeb) -> None:
    outside.files[PUBLIC] = makers.make_image()
    wanted = {"account_id": "nobody", "image_urls": [PUBLIC]}
    assert bob.post(PUBLISH, json=wanted).status_code == 404
    assert bob.get("/api/assets").json()["items"] == []


def test_a_place_goes_with_the_post(bob: TestClient, store: Store, account: Account, photo: Asset) -> None:
    post_id = bob.post(PUBLISH, json=body(account, photo, location_id="7640348")).json()["post_id"]
    with store.read() as tx:
        assert posts.get(tx, post_id).options == {"location_id": "7640348"}


def test_a_paused_persona_still_takes_posts(
    bob: TestClient, store: Store, account: Account, photo: Asset
) -> None:
    with store.transaction() as tx:
        personas.pause(tx, account.persona_id)
    assert bob.post(PUBLISH, json=body(account, photo)).status_code == 202


def test_settings_of_the_platform_are_kept_with_the_post(
    bob: TestClient, store: Store, account: Account, photo: Asset
) -> None:
    wanted = body(account, photo, options={"privacy": "private"}, location_id="7640348")
    post_id = bob.post(PUBLISH, json=wanted).json()["post_id"]
    with store.read() as tx:
        assert posts.get(tx, post_id).options == {"privacy": "private", "location_id": "7640348"}


def test_a_day_that_holds_more_than_the_account_may_post_is_warned_about(
    bob: TestClient, store: Store, account: Account, photo: Asset
) -> None:
    """Item 8: the post is accepted all the same, and waits where the platform's limit is met."""
    hours = (9, 13, 20, 30)
    answers = [
        bob.post(
            PUBLISH,
            json=body(
                account,
                photo,
                scheduled_publish_time=(store.clock.now() + timedelta(hours=hour)).isoformat(),
            ),
            headers={"Accept-Language": "ko"},
        ).json()
        for hour in hours
    ]
    assert [len(answer["warnings"]) for answer in answers] == [0, 0, 0, 1]
    assert answers[-1]["warnings"][0]["code"] == "day_too_full"
    assert "24시간 안에 4건" in answers[-1]["warnings"][0]["message"]


# What was changed, and looking ahead


@ON_ONE
def test_what_was_changed_in_the_files_is_said(
    bob: TestClient, account: Account, workspace: Workspace
) -> None:
    tall = actions.store_file(workspace, makers.make_image(400, 1600), name="tall.jpg")
    fine = actions.store_file(workspace, makers.make_image(640, 480), name="fine.jpg")
    wide = actions.store_file(workspace, makers.make_image(3000, 2000), name="wide.jpg")
    answer = bob.post(PUBLISH, json=body(account, tall, fine, wide), headers=ENGLISH)
    assert answer.status_code == 202
    fixed = answer.json()["fixed"]
    assert [(fix["which"], fix["code"]) for fix in fixed] == [(1, "fixed_ratio"), (3, "fixed_size")]
    assert fixed[0]["message"] == "Padded to 4:5."
    assert "1,440×960" in fixed[1]["message"]
    page = bob.get(f"/posts/{answer.json()['post_id']}", headers=KOREAN)
    assert "여백을 넣어 4:5 비율로 맞췄어요." in page.text


@ON_ONE
def test_files_that_are_fine_are_not_talked_about(bob: TestClient, account: Account, photo: Asset) -> None:
    assert bob.post(PUBLISH, json=body(account, photo)).json()["fixed"] == []


@ON_ONE
def test_a_look_ahead_says_what_would_be_refused_and_keeps_nothing(
    by_instagrams_rules: None, bob: TestClient, store: Store, account: Account
) -> None:
    wanted = body(account, caption="가" * 2201, scheduled_publish_time="2026-11-20T10:00:00+09:00")
    answer = bob.post(CHECK, json=wanted, headers=KOREAN)
    assert answer.status_code == 200
    seen = answer.json()
    told = {problem["field"]: problem["code"] for problem in seen["problems"]}
    assert told == {
        "scheduled_publish_time": "time_in_past",
        "caption": "caption_too_long",
        "asset_ids": "media_missing",
    }
    assert all(problem["message"] and problem["what_to_do"] for problem in seen["problems"])
    assert seen["text"] == {"length": 2201, "limit": 2200}
    assert flaws(bob.post(PUBLISH, json=wanted)) == told
    with store.read() as tx:
        assert tx.value(sa.select(sa.func.count()).select_from(schema.content)) == 0


@ON_ONE
def test_a_look_ahead_says_what_will_be_changed(
    bob: TestClient, account: Account, workspace: Workspace
) -> None:
    tall = actions.store_file(workspace, makers.make_image(400, 1600), name="tall.jpg")
    seen = bob.post(CHECK, json=body(account, tall), headers=ENGLISH).json()
    assert seen["problems"] == []
    assert [(fix["which"], fix["message"]) for fix in seen["fixes"]] == [(1, "Padded to 4:5.")]
    assert (seen["account_id"], seen["format"]) == (account.id, "feed")
    made = bob.post(PUBLISH, json=body(account, tall), headers=ENGLISH).json()
    assert made["fixed"] == seen["fixes"]


@ON_ONE
def test_a_look_ahead_neither_fetches_images_nor_counts_them(
    by_instagrams_rules: None, bob: TestClient, account: Account
) -> None:
    assert bob.post(CHECK, json=body(account, image_urls=[PUBLIC])).json()["problems"] == []


@ON_ONE
@pytest.mark.parametrize(
    ("status", "code"),
    [(AccountStatus.SUSPENDED, "account_suspended"), (AccountStatus.NEEDS_REAUTH, "needs_reauth")],
)
def test_a_look_ahead_tells_of_an_account_that_can_not_publish(
    bob: TestClient, store: Store, account: Account, photo: Asset, status: AccountStatus, code: str
) -> None:
    with store.transaction() as tx:
        accounts.set_status(tx, account, status)
    (problem,) = bob.post(CHECK, json=body(account, photo)).json()["problems"]
    assert (problem["field"], problem["code"]) == ("account_id", code)


@ON_ONE
def test_a_look_ahead_needs_an_account_and_the_right_to_publish(
    bob: TestClient, vera: TestClient, account: Account, photo: Asset
) -> None:
    assert bob.post(CHECK, json={"account_id": "nobody"}).status_code == 404
    assert vera.post(CHECK, json=body(account, photo)).status_code == 403
