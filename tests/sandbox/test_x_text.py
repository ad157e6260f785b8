"""The weighted length of a text: the vectors of X's own counting, and where it is easy to be wrong."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.sandbox.x.links import links
from pressrun.sandbox.x.weighted import LINK_WEIGHT, cashtags, has_forbidden, weighted_length
from x_lengths import FAMILY, VECTORS


@pytest.mark.parametrize(("text", "length"), VECTORS)
def test_the_vectors_of_the_reference(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("©️", 2),
        ("❤️", 2),
        ("❤", 2),
        ("☕️", 2),
        ("😀️", 4),
        ("1️⃣", 2),
        ("#️⃣", 2),
        ("1", 1),
        ("👍🏽", 2),
        ("👩🏽‍💻", 2),
        ("🏳️‍🌈", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("🇰🇷🇺🇸", 4),
        ("🇺🇰", 4),
        ("🏽", 2),
        (FAMILY * 3, 6),
    ],
)
def test_an_emoji_sequence_counts_two_as_one(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("메뉴는 https://예시.com/오늘 에서", ["https://예시.com/"]),
        ("메뉴는https://example.com/a에서", ["https://example.com/a"]),
        ("example.com입니다", ["example.com"]),
        ("예시.com", []),
        ("예시example.com", ["example.com"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("https://example.com/a,b.", ["https://example.com/a,b"]),
        ("https://example.com?q=1&r=2#top", ["https://example.com?q=1&r=2#top"]),
        ("example.com?q=1", ["example.com"]),
        ("example.com/?q=1", ["example.com/?q=1"]),
        ("http://EXAMPLE.CO.KR:8080/x", ["http://EXAMPLE.CO.KR:8080/x"]),
        ("me@example.com @example.com #example.com $example.com", []),
        ("-example.com _example.com /example.com", []),
        ("a_b.com but a_b.example.com", ["b.example.com"]),
        ("https://a_b.com", []),
        ("v1.0 e.g. 3.14 http://localhost 192.168.0.1", []),
        ("node.js README.md ASP.NET", ["README.md", "ASP.NET"]),
        ("example.unknowntld https://example.unknowntld", []),
        (
            "xn--fsq.com example.xn--3e0b707e 한국.한국 http://한국.한국",
            ["xn--fsq.com", "example.xn--3e0b707e", "http://한국.한국"],
        ),
        ("https://t.co/abcdefghij-more", ["https://t.co/abcdefghij"]),
        ("one.com,two.com", ["one.com", "two.com"]),
    ],
)
def test_links_are_found_as_x_finds_them(text: str, found: list[str]) -> None:
    assert [link.url for link in links(text)] == found
    assert [text[link.start : link.end] for link in links(text)] == found


@given(
    st.lists(
        st.sampled_from("ab가é😀👍🏽 \n.-_/:@#$(한국").map(str) | st.sampled_from(["example.com", "https://"])
    )
)
def test_links_lie_apart_and_each_weighs_the_same(parts: list[str]) -> None:
    text = unicodedata.normalize("NFC", "".join(parts))
    found = links(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert weighted_length(text) >= LINK_WEIGHT * len(found)


@pytest.mark.parametrize(
    "text", ["a." * 3000, "a-" * 3000, "가" * 6000, "https://a.kr/" + "(a" * 3000, "http" * 3000]
)
def test_a_very_long_text_is_counted_without_a_stall(text: str) -> None:
    assert weighted_length(text) > 0


def test_letters_that_break_a_text_are_forbidden() -> None:
    assert not has_forbidden("보통 글 ‎ 👋")
    assert all(has_forbidden(f"a{letter}b") for letter in ("\ufffe", "\ufeff", "\uffff"))


def test_cashtags_are_counted() -> None:
    assert len(cashtags("$TSLA $AAPL 과 $brk.b")) == 3
    assert cashtags("$5 a$TSLA $TOOLONGNAME US$") == []
