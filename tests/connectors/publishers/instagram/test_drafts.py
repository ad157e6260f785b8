"""What a draft may hold, and how its options are sent."""

from typing import Any

import httpx
import pytest

from connectors.contracts.publisher import (
    Memory,
    assert_out_once,
    goes_out,
)
from connectors.publishers.instagram.stand import PHOTO, InstagramStand
from pressrun.connectors.base import DraftMedia
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.post import Format


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
    long = DraftMedia("asset", PHOTO, draft.media[0].url, "가" * 1500)
    draft = cafe.draft(Format.FEED, media=(long,), options={"location_id": 110})
    assert_out_once(cafe, draft, await goes_out(cafe, draft, Memory()))
