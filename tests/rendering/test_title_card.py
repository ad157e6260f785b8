"""Cards that a designer would sign: words inside the margins, readable on every hue, no missing letters."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from pressrun.domain.messages import full_text
from pressrun.domain.problems import Problem
from pressrun.rendering.colour import contrast, oklch
from pressrun.rendering.lettering import drawable
from pressrun.rendering.title_card import Design, closing, cover, draw, page

LONG = "아무도 알려 주지 않았던 봄맞이 집 정리의 모든 것, 옷장부터 부엌까지 한 번에 끝내는 체크리스트 " * 8
TEXTS = st.one_of(
    st.sampled_from(
        ["", "물", "Begin", "퇴근 후 30분, 나를 위한 저녁 루틴", "W" * 200, LONG, "줄\n바꿈\n\n둘"]
    ),
    st.text(st.sampled_from("가나다힣 abcWMij,.!?\n“”—0123456789"), max_size=300),
)


@dataclass(frozen=True)
class Words:
    headline: str = "퇴근 후 30분, 나를 위한 저녁 루틴"
    body: str = "오늘 하루를 천천히 닫아 봐요."
    persona: str = "느린 아침"
    hue: int = 40
    position: int = 1
    count: int = 5
    width: int = 1080
    height: int = 1350


def drawn(words: Words) -> Image.Image:
    with Image.open(io.BytesIO(draw(words))) as image:
        image.load()
        return image


def ink(words: Words) -> tuple[int, int, int, int] | None:
    """The box around everything that the words change on the card."""
    empty = replace(words, headline="", body="", persona="")
    difference = ImageChops.difference(drawn(words), drawn(empty)).convert("L")
    return difference.point([0] * 41 + [255] * 215).getbbox()


@settings(deadline=None, max_examples=40)
@given(
    headline=TEXTS,
    body=TEXTS,
    persona=st.sampled_from(
        ["느린 아침", "A persona with quite a long name, longer than a card is wide, surely", ""]
    ),
    position=st.sampled_from([1, 2, 5]),
    size=st.sampled_from([(1080, 1350), (1080, 1920), (1080, 1080), (1920, 1080), (400, 500)]),
)
@example(headline=LONG, body=LONG, persona="느린 아침", position=2, size=(1080, 1350))
@example(headline="W" * 300, body="W" * 300, persona="W" * 90, position=1, size=(1080, 1080))
def test_no_word_leaves_the_margins(
    headline: str, body: str, persona: str, position: int, size: tuple[int, int]
) -> None:
    width, height = size
    words = Words(headline, body, persona, position=position, width=width, height=height)
    box = ink(words)
    # JPEG spreads an edge over its block of eight pixels.
    margin = round(min(width, height * 0.95) * 0.089) - 8
    if box is not None:
        assert box[0] >= margin
        assert box[1] >= margin
        assert box[2] <= width - margin
        assert box[3] <= height - margin


def test_words_on_a_story_keep_clear_of_the_apps_own_controls() -> None:
    box = ink(Words(width=1080, height=1920, count=1))
    assert box is not None
    assert box[1] >= 1920 * 0.12
    assert box[3] <= 1920 * 0.84


def test_the_headline_starts_exactly_on_the_margin() -> None:
    for headline in ("아침", "나를", "내려", "Morning", "제목", "100", "jam"):
        box = ink(Words(headline, "", "", position=2))
        assert box is not None
        assert abs(box[0] - 96) <= 3


@pytest.mark.parametrize("size", [(1080, 1350), (1080, 1920), (1024, 1024), (123, 77), (1920, 1080)])
def test_any_size_can_be_asked_for(size: tuple[int, int]) -> None:
    width, height = size
    image = drawn(Words(width=width, height=height))
    assert (image.size, image.format, image.mode) == (size, "JPEG", "RGB")


def test_cover_page_and_closing_card_differ() -> None:
    grounds = [drawn(Words(position=position)).getpixel((5, 675)) for position in (1, 2, 3, 5)]
    assert grounds[1] == grounds[2]
    assert len(set(grounds)) == 3


def test_only_several_cards_are_numbered() -> None:
    corner = (850, 60, 1000, 150)
    alone = Words(count=1)
    assert drawn(alone).crop(corner).tobytes() != drawn(replace(alone, count=5)).crop(corner).tobytes()
    assert drawn(Words(position=2)).crop(corner).tobytes() != drawn(Words(position=3)).crop(corner).tobytes()


def test_pages_start_at_the_same_height_so_that_swiping_is_calm() -> None:
    tops = set()
    for headline in ("물 한 잔", "먼저 휴대폰을 다른 방에 두어요", "Begin"):
        box = ink(Words(headline, "", "", position=2))
        assert box is not None
        tops.add(box[1])
    assert max(tops) - min(tops) <= 14


def test_a_short_headline_is_larger_than_a_long_one() -> None:
    def tallest_line(headline: str) -> int:
        box = ink(Words(headline, "", "", position=2))
        assert box is not None
        return box[3] - box[1]

    assert tallest_line("아침") > 60
    assert tallest_line(LONG[:120]) < 8 * tallest_line("아침")


@pytest.mark.parametrize("design", [cover, page, closing])
@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_every_word_is_readable_on_every_hue(design: object, hue: int) -> None:
    assert callable(design)
    made = design(hue)
    assert isinstance(made, Design)
    colours = made.palette
    grounds = [colours.ground, colours.shade] if made.disc else [colours.ground]
    for ground in grounds:
        for text in (colours.headline, colours.body, colours.quiet):
            assert contrast(text, ground) >= 4.5
        assert contrast(colours.accent, ground) >= 3


def test_the_same_words_make_the_same_card_on_many_threads() -> None:
    words = [Words(position=position, hue=hue) for position in (1, 2, 5) for hue in (0, 120, 240)]
    alone = [draw(each) for each in words]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(draw, words)) == alone


@pytest.mark.parametrize("field", ["headline", "body"])
def test_letters_the_typeface_lacks_are_refused_by_name(field: str) -> None:
    with pytest.raises(Problem) as caught:
        draw(replace(Words(), **{field: "안녕 สวัสดี 🎉"}))
    problem = caught.value
    assert problem.code == "glyph_missing"
    assert "ส" in problem.flaws[0].values["characters"]
    assert "🎉" in full_text("glyph_missing", "ko", problem.flaws[0].values)


def test_an_emoji_in_the_personas_name_does_not_stop_its_cards() -> None:
    assert draw(Words(persona="느린 아침 🌿")) == draw(Words(persona="느린 아침"))


@pytest.mark.parametrize(
    "odd",
    [
        "아침\u200d",
        "아\u200b침",
        "아침\ufe0f",
        "\u1112\u1161\u11ab\u1100\u1173\u11af",
        "한\t글",
        "한\x00글",
        "\u202e한글",
    ],
)
def test_invisible_and_decomposed_characters_are_no_reason_to_refuse(odd: str) -> None:
    draw(Words(headline=odd))


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("봄이 왔어요 🌸🌸", "봄이 왔어요"),
        ("가자 🚀! 지금", "가자! 지금"),
        ("👩‍👩‍👧 가족", "가족"),
        ("1️⃣ 물 마시기", "1 물 마시기"),
        ("👍🏽 좋아요", "좋아요"),
        ("🇰🇷 서울", "서울"),
        ("별 ★ 다섯 → 끝 ©", "별 ★ 다섯 → 끝 ©"),
        ("그대로 둬요!", "그대로 둬요!"),
        ("สวัสดี 🎉", "สวัสดี"),
        ("🎉🎉", ""),
        ("줄\n바꿈 🎈", "줄\n바꿈"),
    ],
)
def test_drawable_takes_out_emoji_and_nothing_else(text: str, cleaned: str) -> None:
    assert drawable(text) == cleaned


@given(st.text(max_size=40))
def test_drawable_never_drops_a_letter_or_a_digit(text: str) -> None:
    kept = drawable(text)
    for character in kept:
        assert not character.isspace() or character in " \n"
    assert sum(character.isdigit() for character in kept) >= sum(
        character in "0123456789" for character in text
    )


@pytest.mark.parametrize(
    ("values", "colour"),
    [
        ((1.0, 0.0, 0), (255, 255, 255)),
        ((0.0, 0.0, 0), (0, 0, 0)),
        ((0.62796, 0.25768, 29.234), (255, 0, 0)),
        ((0.86644, 0.29483, 142.495), (0, 255, 0)),
        ((0.45201, 0.31321, 264.052), (0, 0, 255)),
    ],
)
def test_oklch_matches_the_known_corners_of_srgb(values: tuple[float, float, float], colour: object) -> None:
    assert oklch(*values) == pytest.approx(colour, abs=1)


@given(st.floats(0, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_a_colour_outside_srgb_keeps_its_lightness(lightness: float, chroma: float, hue: float) -> None:
    greyed = oklch(lightness, 0, hue)
    vivid = oklch(lightness, chroma, hue)
    assert all(0 <= channel <= 255 for channel in vivid)
    assert contrast(vivid, greyed) < 1.6
