"""The outside fails a running Pressrun: it says so, waits, and goes on by itself."""

import io

import pillow_heif
from PIL import Image

import makers
from faults.conftest import Town


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (1200, 1000), "#5b3a29")).save(buffer, format="HEIF")
    return buffer.getvalue()


def test_a_post_waits_while_the_platform_is_down_and_goes_out_when_it_is_back(town: Town) -> None:
    account_id, outside_id = town.new_account()
    photo = town.made("/api/assets", files={"file": ("cafe.jpg", makers.make_image(1080, 1080))})
    town.stop_sandbox()
    wanted = {"account_id": account_id, "caption": "비 오는 날", "asset_ids": [photo["id"]]}
    post_id = town.made("/api/workflow/publish", json=wanted)["post_id"]

    waiting = town.post_becomes(post_id, "retry_wait")
    assert waiting["error"]["code"] == "transient"
    assert waiting["error"]["message"] == "플랫폼에 잠시 문제가 있어 실패했어요."
    assert "자동으로 다시 시도해요" in waiting["error"]["what_to_do"]
    assert waiting["error"]["retry_at"] == waiting["ready_at"]

    town.start_sandbox()
    done = town.post_becomes(post_id, "published")
    (there,) = town.published(outside_id)
    assert (there["text"], there["permalink"]) == ("비 오는 날", done["permalink"])
    assert done["error"] is None
    assert [attempt["outcome"] for attempt in done["attempts"][:-1]] == ["failed"] * (
        len(done["attempts"]) - 1
    )
    assert done["attempts"][-1]["outcome"] == "published"
    assert "Traceback" not in town.log()


def test_a_heic_photo_arrives_as_a_jpeg(town: Town) -> None:
    """S2.9, S2.11: what a phone takes is not what Instagram takes."""
    account_id, outside_id = town.new_account()
    photo = town.made("/api/assets", files={"file": ("IMG_0001.HEIC", heic())})
    assert photo["mime"] == "image/heic"
    wanted = {"account_id": account_id, "caption": "휴대전화 사진", "asset_ids": [photo["id"]]}
    town.post_becomes(town.made("/api/workflow/publish", json=wanted)["post_id"], "published")
    (there,) = town.published(outside_id)
    assert [media["mime"] for media in there["media"]] == ["image/jpeg"]
