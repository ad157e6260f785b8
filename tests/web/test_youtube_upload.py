"""`POST /api/youtube/upload`: a video on demand, checked like any other post (S4.6)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import makers
from clips import MakeVideo
from fakes import FakePublisher
from pressrun.actions import outcomes
from pressrun.connectors.base import Draft, Published
from pressrun.connectors.publishers.youtube import limits
from pressrun.domain.content import ContentType
from pressrun.domain.media import MediaKind
from pressrun.domain.persona import ApprovalRule
from pressrun.domain.post import Format, PostEvent, PostStatus
from pressrun.domain.problems import Flaw
from pressrun.store import accounts, contents, posts, runs
from pressrun.store.accounts import Account
from pressrun.store.assets import Asset
from pressrun.store.database import Store
from pressrun.store.posts import Post

UPLOAD = "/api/youtube/upload"
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class LikeYouTube(FakePublisher):
    """Checks as YouTube does."""

    platform = "youtube"
    limits = limits.LIMITS

    def check(self, draft: Draft) -> Sequence[Flaw]:
        return limits.check(draft)


@pytest.fixture
def publisher() -> LikeYouTube:
    return LikeYouTube()


@pytest.fixture
def channel(store: Store) -> Account:
    return makers.make_account(store, platform="youtube")


@pytest.fixture
def film(store: Store, asset_folder: Path, make_video: MakeVideo) -> Asset:
    """A real one: what is published is looked into."""
    content = make_video(size="192x108")
    facts = {"kind": MediaKind.VIDEO, "mime": "video/mp4", "width": 192, "height": 108, "duration": 4.0}
    return makers.make_asset(store, asset_folder, facts={**facts, "size": len(content)}, content=content)


def body(channel: Account, film: Asset | None = None, **more: Any) -> dict[str, Any]:
    named = {"asset_id": film.id} if film else {}
    return {"account_id": channel.id, "title": "아침 산책", **named, **more}


def read(store: Store, post_id: str) -> Post:
    with store.read() as tx:
        return posts.get(tx, post_id)


def flaws(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {each["field"]: each["code"] for each in answer.json()["errors"]}


def test_a_video_is_accepted_with_what_youtube_shall_say(
    bob: TestClient, store: Store, channel: Account, film: Asset
) -> None:
    said = {
        "description": "강가를 걸었어요.",
        "tags": ["산책", "아침"],
        "privacyStatus": "private",
        "publishAt": "2026-12-01T09:00:00",
        "madeForKids": True,
    }
    answer = bob.post(UPLOAD, json=body(channel, film, **said))
    assert answer.status_code == 202, answer.text
    post = read(store, answer.json()["task_id"])
    assert (post.format, post.account_id, post.status) == (Format.VIDEO, channel.id, PostStatus.SCHEDULED)
    assert post.options == {
        "title": "아침 산책",
        "tags": ["산책", "아침"],
        "privacy": "private",
        # Without an offset it is a time of the persona, who lives in Seoul.
        "publish_at": "2026-12-01T00:00:00+00:00",
        "made_for_kids": True,
    }
    with store.read() as tx:
        content = contents.get(tx, post.content_id)
    assert (content.caption, content.asset_ids) == ("강가를 걸었어요.", (film.id,))


def test_its_task_ends_with_the_link_and_the_id_of_the_video(
    bob: TestClient, store: Store, channel: Account, film: Asset
) -> None:
    task_id = bob.post(UPLOAD, json=body(channel, film)).json()["task_id"]
    before = bob.get(f"/api/tasks/{task_id}").json()
    assert (before["video_id"], "video" in before["links"]) == (None, False)
    with store.transaction() as tx:
        armed = posts.change(tx, posts.get(tx, task_id), PostEvent.ARMED)
        started = posts.change(tx, armed, PostEvent.STARTED)
        outcomes.published(tx, started, Published("vid1", "https://www.youtube.com/watch?v=vid1"))
    done = bob.get(f"/api/tasks/{task_id}").json()
    assert (done["status"], done["video_id"], done["progress"]) == ("completed", "vid1", 100)
    assert done["links"]["video"] == "https://www.youtube.com/watch?v=vid1"


@ON_ONE
def test_a_video_that_an_earlier_task_made_is_named_by_the_task(
    bob: TestClient, store: Store, channel: Account, film: Asset
) -> None:
    picture = makers.make_asset(store)
    first = makers.make_post(
        store, channel, content=makers.make_content(store, asset_ids=(picture.id, film.id))
    )
    with store.transaction() as tx:
        run = runs.add(
            tx,
            persona_id=channel.persona_id,
            account_ids=[channel.id],
            content_type=ContentType.IMAGE_POST,
            about="산책",
        )
        contents.add(
            tx, persona_id=channel.persona_id, caption="", hashtags=(), asset_ids=(film.id,), run_id=run.id
        )
    for task_id in (first.id, run.id):
        answer = bob.post(UPLOAD, json=body(channel, task_id=task_id))
        assert answer.status_code == 202, answer.text
        with store.read() as tx:
            made = contents.get(tx, posts.get(tx, answer.json()["task_id"]).content_id)
        assert made.asset_ids == (film.id,)


@ON_ONE
def test_a_task_that_made_no_video_is_refused(bob: TestClient, store: Store, channel: Account) -> None:
    post = makers.make_post(store, channel)
    assert flaws(bob.post(UPLOAD, json=body(channel, task_id=post.id))) == {"task_id": "task_without_video"}
    assert bob.post(UPLOAD, json=body(channel, task_id="nothing")).status_code == 404


@ON_ONE
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": ""}, {"title": "video_title_missing"}),
        ({"title": "가" * 101}, {"title": "video_title_too_long"}),
        ({"description": "1 < 2"}, {"description": "angle_brackets"}),
        ({"description": "가" * 1700}, {"description": "description_too_long"}),
        ({"tags": ["a" * 501]}, {"tags": "tags_too_long"}),
        ({"privacyStatus": "friends"}, {"privacyStatus": "setting_choice"}),
        ({"publishAt": "soon"}, {"publishAt": "time_malformed"}),
        (
            {"publishAt": "2026-12-01T09:00:00Z", "privacyStatus": "public"},
            {"publishAt": "publish_at_needs_private"},
        ),
        (
            {"title": "<", "privacyStatus": "friends"},
            {"title": "angle_brackets", "privacyStatus": "setting_choice"},
        ),
        ({"asset_id": "f" * 64}, {"asset_id": "asset_not_found"}),
        ({"asset_id": None}, {"asset_id": "video_missing"}),
        ({"task_id": "both"}, {"asset_id": "video_missing"}),
    ],
)
def test_what_can_not_be_uploaded_is_named_in_the_words_of_the_route(
    bob: TestClient, channel: Account, film: Asset, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    assert flaws(bob.post(UPLOAD, json={**body(channel, film), **changes})) == expected


@ON_ONE
def test_a_picture_is_no_video(bob: TestClient, store: Store, channel: Account, asset_folder: Path) -> None:
    picture = makers.make_asset(store, asset_folder)
    assert flaws(bob.post(UPLOAD, json=body(channel, picture))) == {"asset_id": "media_kind"}


@ON_ONE
def test_an_account_of_another_platform_is_refused(bob: TestClient, store: Store, film: Asset) -> None:
    account = makers.make_account(store)
    assert flaws(bob.post(UPLOAD, json=body(account, film))) == {"account_id": "account_of_other_platform"}
    with store.transaction() as tx:
        accounts.remove(tx, account)
    assert bob.post(UPLOAD, json=body(account, film)).status_code == 404


@ON_ONE
def test_where_it_must_be_approved_it_waits_for_that(bob: TestClient, store: Store, film: Asset) -> None:
    persona = makers.make_persona(store, approval=ApprovalRule.ALWAYS)
    channel = makers.make_account(store, persona, platform="youtube")
    assert bob.post(UPLOAD, json=body(channel, film)).json()["status"] == "awaiting_approval"


@ON_ONE
def test_the_same_request_with_the_same_key_uploads_once(
    bob: TestClient, channel: Account, film: Asset
) -> None:
    key = {"Idempotency-Key": "once"}
    first, again = (bob.post(UPLOAD, json=body(channel, film), headers=key) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"


@ON_ONE
def test_who_may_only_look_uploads_nothing(vera: TestClient, channel: Account, film: Asset) -> None:
    assert vera.post(UPLOAD, json=body(channel, film)).status_code == 403
