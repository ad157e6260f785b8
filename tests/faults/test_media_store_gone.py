"""The media store fails a running Pressrun: the post goes out from this machine, and says so (S2.9)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import makers
from faults.conftest import Town

UPLOADS, DELIVERY = "/cloudinary/v1_1/", "/cloudinary-res/"


@pytest.fixture(scope="module")
def cdn_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    built = Town(tmp_path_factory.mktemp("cdn"), PRESSRUN_MEDIA_STORE="cloudinary")
    try:
        built.open()
        yield built
    finally:
        built.close()


@pytest.fixture
def town(cdn_town: Town) -> Town:
    cdn_town.sandbox.delete("/_sandbox/faults")
    return cdn_town


def break_cdn(town: Town, path_regex: str, status: int = 503) -> None:
    fault = {
        "platform": "cloudinary",
        "match": {"path_regex": path_regex},
        "effect": {"kind": "answer", "status": status},
        "times": None,
    }
    assert town.sandbox.post("/_sandbox/faults", json=fault).status_code == 201


def publish(town: Town, **more: Any) -> tuple[str, str]:
    """The ids of a new post and of its account at the sandbox."""
    account_id, outside_id = town.new_account()
    photo = town.made("/api/assets", files={"file": ("cafe.jpg", makers.make_image(1080, 1080))})
    wanted = {"account_id": account_id, "caption": "비 오는 날", "asset_ids": [photo["id"]], **more}
    return town.made("/api/workflow/publish", json=wanted)["post_id"], outside_id


def source(town: Town, outside_id: str) -> str:
    """Where the platform fetched the picture of the only post."""
    (there,) = town.published(outside_id)
    return there["media"][0]["source_url"]


def told(town: Town, post_id: str) -> list[str]:
    """What people were told about the post."""
    items = town.api.get("/api/notifications").json()["items"]
    return [item["code"] for item in items if item["post_id"] == post_id]


def test_a_post_goes_out_from_the_cdn_as_a_rule(town: Town) -> None:
    post_id, outside_id = publish(town)
    town.post_becomes(post_id, "published")
    assert DELIVERY in source(town, outside_id)
    assert told(town, post_id) == []


def test_while_the_cdn_takes_nothing_the_local_file_is_published_and_the_post_says_so(town: Town) -> None:
    break_cdn(town, UPLOADS)
    post_id, outside_id = publish(town)
    town.post_becomes(post_id, "published")
    assert source(town, outside_id).startswith(f"{town.api.base_url}".rstrip("/") + "/media/")
    assert told(town, post_id) == ["media_fell_back"]


def test_where_the_platform_can_not_fetch_from_the_cdn_it_is_sent_here_at_once(town: Town) -> None:
    break_cdn(town, DELIVERY)
    post_id, outside_id = publish(town)
    done = town.post_becomes(post_id, "published")
    assert [attempt["outcome"] for attempt in done["attempts"]] == ["failed", "published"]
    assert source(town, outside_id).startswith(f"{town.api.base_url}".rstrip("/") + "/media/")
    assert told(town, post_id) == ["media_fell_back"]


def test_a_wrong_key_refuses_to_schedule_and_says_what_the_store_said(town: Town) -> None:
    """S0.7: publishing now is offered, and works."""
    break_cdn(town, UPLOADS, status=401)
    account_id, outside_id = town.new_account()
    photo = town.made("/api/assets", files={"file": ("cafe.jpg", makers.make_image(1080, 1080))})
    wanted = {"account_id": account_id, "caption": "비 오는 날", "asset_ids": [photo["id"]]}
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    refused = town.api.post("/api/workflow/publish", json={**wanted, "scheduled_publish_time": tomorrow})
    assert (refused.status_code, refused.json()["code"]) == (503, "scheduling_failed")
    assert refused.json()["publish_now_possible"] is True
    assert refused.json()["cause"]["store"] == "cloudinary:sandbox"
    assert "401" in refused.json()["cause"]["said"]

    post_id = town.made("/api/workflow/publish", json=wanted)["post_id"]
    town.post_becomes(post_id, "published")
    assert "/media/" in source(town, outside_id)
    assert told(town, post_id) == ["media_fell_back"]
