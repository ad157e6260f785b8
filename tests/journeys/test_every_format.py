"""Each format of each platform, composed and published in the browser and seen on the feed (item 3).

The browser, the sandbox and `pressrun up` are real, and so is their time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import makers
from clips import MakeVideo
from journeys.house import House, running_house
from journeys.test_main_job import KO, Words, choose, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Story:
    """What a person composes, and what kind of post the stand-in then has."""

    platform: str
    kind: str
    files: tuple[str, ...] = ()
    shape: str = ""
    caption: str = "{name}"
    settings: tuple[tuple[str, str], ...] = ()
    posts: int = 1

    def __str__(self) -> str:
        return f"{self.platform}-{self.shape or self.kind}"


STORIES = (
    Story("instagram", "image", ("image",)),
    Story("instagram", "carousel", ("image", "video")),
    Story("instagram", "reel", ("video",)),
    Story("instagram", "story", ("image",), shape="story"),
    Story("youtube", "video", ("wide",), settings=(("title", "제목 {name}"),)),
    Story("youtube", "short", ("video",), shape="short", settings=(("title", "쇼츠 {name}"),)),
    Story("x", "post", ("image",)),
    Story("x", "post"),
    Story("x", "thread", shape="thread", caption="하나 {name}\n---\n둘\n---\n셋", posts=3),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = {"posts_per_hour": 100, "language": "ko"}
    with running_house(tmp_path_factory.mktemp("formats"), **settings) as built:
        built.people()
        yield built


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One file of each kind."""
    folder = tmp_path_factory.mktemp("files")
    photo = folder / "photo.jpg"
    photo.write_bytes(makers.make_image(1080, 1080))
    video = MakeVideo(folder)
    return {"image": photo, "video": video.path(5, size="360x640"), "wide": video.path(5, size="640x360")}


@pytest.fixture
def page(chromium: "Browser", house: House) -> Iterator["Page"]:
    """A signed-in browser; a script that breaks fails the test."""
    broken: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale=KO.language)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    opened.on("pageerror", lambda error: broken.append(str(error)))
    expect.set_options(timeout=30_000)
    opened.goto(house.url + "/compose")
    yield sign_in(opened, KO)
    expect.set_options(timeout=5_000)
    context.close()
    assert broken == []


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_post_of_each_format_goes_out_and_is_seen_there(
    page: "Page", house: House, files: dict[str, Path], story: Story
) -> None:
    account = house.new_account(f"페르소나 {story}", "ko", platform=story.platform)
    page.goto(house.url + "/compose")
    box = f'[data-account="{account.id}"]'
    # An account that is alone is chosen already.
    if not page.locator(box).is_checked():
        choose(page, box)
    page.get_by_label(KO.caption, exact=False).first.fill(story.caption.format(name=account.handle))
    if story.files:
        page.set_input_files("#file", [files[name] for name in story.files])
        expect(page.locator("#media li[data-asset]")).to_have_count(len(story.files))
    if story.shape:
        page.locator(f'label:has([name="format"][value="{story.shape}"])').click()
    for name, value in story.settings:
        page.locator(f"#option-{story.platform}-{name}").fill(value.format(name=account.handle))

    publish_now(page, KO)

    with page.expect_popup() as opened:
        page.locator("#publishing [data-link]").click()
    expect(opened.value.locator("body")).to_contain_text(account.handle)
    there = house.published(account)
    assert len(there) == story.posts
    assert {item["kind"] for item in there} == {story.kind}


def publish_now(page: "Page", words: Words) -> None:
    """Presses the button and waits for the dialog to say that it is out."""
    page.locator(".when-card label", has_text=words.now).click()
    page.get_by_role("button", name=words.publish_now, exact=True).click()
    expect(page.locator("#publishing [data-title]")).to_have_text(words.published)


def test_a_text_is_counted_as_each_platform_counts_it_and_what_is_mended_is_said(
    page: "Page", house: House, files: dict[str, Path]
) -> None:
    """S0.7, S2.11: Hangul counts double on X; a square PNG becomes a JPEG for Instagram."""
    on_x = house.new_account("세는 사람", "ko", platform="x")
    on_instagram = house.new_account("고치는 사람", "ko")
    png = files["image"].with_suffix(".png")
    png.write_bytes(makers.make_png(640, 640))
    page.goto(house.url + "/compose")
    for account in (on_x, on_instagram):
        choose(page, f'[data-account="{account.id}"]')
    page.get_by_label(KO.caption, exact=False).first.fill("가나다")
    page.set_input_files("#file", [png])
    expect(page.locator('[data-weighed="x"] [data-now]')).to_have_text("6")
    expect(page.locator("#advice")).to_contain_text("JPEG")
