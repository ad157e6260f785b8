"""How long a text is for X: the vectors of its own counting, links, emoji, and what holds for every text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.connectors.publishers.x.links import links
from pressrun.connectors.publishers.x.weighted import LINK_LENGTH, cashtags, forbidden, weighted_length
from pressrun.sandbox.x.weighted import weighted_length as length_at_the_stand_in
from x_lengths import FAMILY, VECTORS

LONG_WORD = "".join(chr(0xAC00 + 331 * place) for place in range(30))

EMOJI: list[tuple[str, int]] = [
    ("©️", 2),
    ("❤", 2),
    ("❤️", 2),
    ("☕️", 2),
    ("😀", 2),
    ("😀️", 4),
    ("7️⃣", 2),
    ("7⃣", 2),
    ("*️⃣", 2),
    ("👍🏽", 2),
    ("☕🏽", 4),
    ("👩🏽‍🚀", 2),
    ("❤️‍🔥", 2),
    ("🏳️‍⚧️", 2),
    ("⛹🏿‍♀️", 2),
    ("👩‍💻️", 4),
    ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2),
    ("🇰🇷🇯🇵", 4),
    ("🇺🇰", 4),
    ("🇰", 2),
    (f"{FAMILY}{FAMILY}", 4),
    ("a‍b", 3),
]

LINKS: list[tuple[str, list[str]]] = [
    ("새 글 https://haru.example.com/글/3", ["https://haru.example.com/"]),
    ("새 글은https://haru.kr/p_1에서", ["https://haru.kr/p_1"]),
    ("haru.kr에서 봐요", ["haru.kr"]),
    ("하루haru.kr", ["haru.kr"]),
    ("하루.kr", []),
    ("https://하루.kr/a", ["https://하루.kr/a"]),
    ("한글.한국 https://한글.한국입니다", ["https://한글.한국"]),
    ("haru.닷컴 haru.닷컴a", ["haru.닷컴"]),
    ("HTTPS://HARU.KR:8443/A-B", ["HTTPS://HARU.KR:8443/A-B"]),
    ("(https://haru.kr/a_(b)_c).", ["https://haru.kr/a_(b)_c"]),
    ("https://haru.kr/a((b))", ["https://haru.kr/a((b))"]),
    ("https://haru.kr/a, https://haru.kr/b.", ["https://haru.kr/a", "https://haru.kr/b"]),
    ("https://haru.kr?q=커피", ["https://haru.kr?q="]),
    ("https://haru.kr?q=1&s=a%20b#c", ["https://haru.kr?q=1&s=a%20b#c"]),
    ("haru.kr?q=1 haru.kr/?q=1", ["haru.kr", "haru.kr/?q=1"]),
    ("mail@haru.kr @haru.kr #haru.kr $haru.kr", []),
    ("/haru.kr .haru.kr -haru.kr _haru.kr", []),
    ("ha_ru.kr https://ha_ru.kr https://ha_ru.cafe.kr", ["https://ha_ru.cafe.kr"]),
    ("shop.ha_ru.cafe.kr", ["ru.cafe.kr"]),
    ("https://t.co/Ab12-x https://t.co/" + "a" * 41, ["https://t.co/Ab12"]),
    ("one.kr,two.kr one.kr/two.kr", ["one.kr", "two.kr", "one.kr/two.kr"]),
    ("one.kr하나two.kr", ["one.kr", "two.kr"]),
    ("one.kr하나two.kr/b?c", ["one.kr", "two.kr/b?c"]),
    ("2.5 v1.2 e.g. 192.168.0.1 http://localhost haru.nowhere https://haru.nowhere", []),
    ("main.rs README.md app.js index.html", ["main.rs", "README.md"]),
    ("haru.kr@x haru.kr+x haru.kr-x haru.krx", []),
    ("a.xn--3e0b707e a.xn--", ["a.xn--3e0b707e"]),
    ("🍵haru.kr🍵", ["haru.kr"]),
    ("é.kr", ["é.kr"]),
    (f"{'a' * 64}.kr", []),
    (f"https://{LONG_WORD}.kr https://{LONG_WORD[:10]}.kr", [f"https://{LONG_WORD[:10]}.kr"]),
]


@pytest.mark.parametrize(("text", "length"), VECTORS)
def test_the_vectors_of_x_hold(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(("text", "length"), EMOJI)
def test_what_is_drawn_as_one_picture_counts_as_one(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_links_are_found_as_x_finds_them(text: str, expected: list[str]) -> None:
    assert [text[link.start : link.end] for link in links(text)] == expected


@pytest.mark.parametrize("text", [text for text, _ in EMOJI])
def test_the_stand_in_counts_the_same_by_its_own_means(text: str) -> None:
    assert weighted_length(text) == length_at_the_stand_in(text)


PIECES = st.sampled_from(
    [*"가é日a.-_/:@#() …한\u200d\ufe0f", "haru.kr", "https://", "?q=1", "$HARU", "☕️", "👍🏽", FAMILY, "🇰🇷"]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


@given(TEXTS)
def test_no_letter_counts_more_than_two_and_no_link_but_its_own(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    found = links(composed)
    plain = len(composed) - sum(link.end - link.start for link in found)
    assert weighted_length(text) <= 2 * plain + LINK_LENGTH * len(found)
    assert weighted_length(text) >= LINK_LENGTH * len(found)


@given(st.text("abcXYZ0 ,!?가나다日本é€☕"))
def test_without_links_and_joined_pictures_every_letter_counts_at_least_one(text: str) -> None:
    heavy = sum(letter in "가나다日本€☕" for letter in text)
    assert weighted_length(text) == len(unicodedata.normalize("NFC", text)) + heavy


@given(TEXTS, TEXTS)
def test_two_lines_count_what_they_count_alone(first: str, second: str) -> None:
    assert weighted_length(f"{first}\n{second}") == weighted_length(first) + 1 + weighted_length(second)


@given(TEXTS)
def test_how_a_text_is_composed_does_not_matter(text: str) -> None:
    assert weighted_length(unicodedata.normalize("NFD", text)) == weighted_length(text)


@given(TEXTS)
def test_links_lie_in_order_and_apart(text: str) -> None:
    ends = [0]
    for link in links(text):
        assert ends[-1] <= link.start < link.end <= len(text)
        ends.append(link.end)


@pytest.mark.parametrize("text", ["a." * 4000, "가" * 8000, "a-" * 4000, "https://a.kr/" + "(a" * 4000])
def test_a_text_that_goes_on_and_on_is_counted_too(text: str) -> None:
    assert weighted_length(text) >= 4000


def test_letters_that_no_post_takes_are_named_once_each() -> None:
    assert forbidden("평범한 글 \u200f☕️") == []
    assert forbidden("a\ufeffb\uffffc\ufeff\ufffe") == ["U+FEFF", "U+FFFE", "U+FFFF"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("$TSLA", 1), ("$tsla, $BRK.B.", 2), ("US$ a$TSLA $5 $", 0), ("$TOOLONG $TSLA가", 0), ("\n$A\n$B", 2)],
)
def test_cashtags_are_counted(text: str, number: int) -> None:
    assert len(cashtags(text)) == number
