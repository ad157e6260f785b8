"""Lines break where a Korean or English reader would break them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressrun.rendering.lettering import Weight, font
from pressrun.rendering.typesetting import Style, set_text, shortened

BOLD = Style(Weight.BOLD, 80, 1.25, balanced=True)
BODY = Style(Weight.REGULAR, 40, 1.6)
WORDS = st.lists(st.text(st.sampled_from("가나다라마바사abcdefg123,.!"), min_size=1, max_size=14), min_size=1)


@settings(deadline=None, max_examples=60)
@given(words=WORDS, width=st.integers(120, 900), style=st.sampled_from([BOLD, BODY]))
def test_no_letter_is_lost_and_no_line_is_too_long(words: list[str], width: int, style: Style) -> None:
    block = set_text(" ".join(words), style, width)
    assert "".join(block.lines).replace(" ", "") == "".join(words)
    assert all(block.face.getlength(line) <= width for line in block.lines)


@settings(deadline=None, max_examples=60)
@given(words=WORDS)
def test_words_that_fit_are_never_split(words: list[str]) -> None:
    block = set_text(" ".join(words), BOLD, 1400)
    assert not block.splits_words
    assert " ".join(block.lines).split() == words


def test_a_word_wider_than_the_column_is_split_rather_than_shown_outside() -> None:
    block = set_text("https://example.com/a-very-long-address-without-any-space", BODY, 300)
    assert block.splits_words
    assert len(block.lines) > 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("오늘 하루를 천천히 닫는 저녁 루틴", ("오늘 하루를 천천히", "닫는 저녁 루틴")),
        ("퇴근 후 30분, 나를 위한 저녁", ("퇴근 후 30분,", "나를 위한 저녁")),
        ("Put the phone in another room", ("Put the phone", "in another room")),
    ],
)
def test_headlines_are_balanced(text: str, lines: tuple[str, ...]) -> None:
    assert set_text(text, BOLD, 800).lines == lines


def test_a_dependent_noun_stays_with_the_word_before_it() -> None:
    face = font(Weight.REGULAR, 40)
    wide = int(face.getlength("이제는 무엇이든 할")) + 2
    assert set_text("이제는 무엇이든 할 수 있어요", BODY, wide).lines == ("이제는 무엇이든", "할 수 있어요")


def test_a_paragraph_does_not_end_in_one_lonely_short_word() -> None:
    face = font(Weight.REGULAR, 40)
    text = "알림을 끄고 십 분만 조용히 앉아 보는 시간을 가져 봐요"
    just_too_narrow = int(face.getlength("알림을 끄고 십 분만 조용히 앉아 보는 시간을 가져")) + 2
    assert len(set_text(text, BODY, just_too_narrow).lines[-1].split()) > 1


def test_line_breaks_of_the_writer_are_kept() -> None:
    assert set_text("하나\n둘\n셋", BODY, 900).lines == ("하나", "둘", "셋")


def test_a_text_without_room_ends_in_an_ellipsis_between_words() -> None:
    block = set_text("하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열", BODY, 200)
    cut = block.cut(200, 120)
    assert cut.height <= 120
    assert cut.lines[-1].endswith("…")
    assert cut.fits(200, 10_000)
    assert block.cut(200, 10_000) is block


@given(line=st.text(st.sampled_from("가나다라 abc,"), min_size=1, max_size=60), width=st.integers(60, 700))
@settings(deadline=None, max_examples=60)
def test_a_shortened_line_fits(line: str, width: int) -> None:
    face = font(Weight.BOLD, 30)
    result = shortened(" ".join(line.split()) or "가", face, width)
    assert face.getlength(result) <= width


def test_nothing_set_takes_no_room() -> None:
    block = set_text("", BODY, 500)
    assert (block.lines, block.height) == ((), 0)
