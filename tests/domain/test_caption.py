"""Captions with their hashtags, and how long they may be (S2.11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.caption import TextRules, full_text, normal_hashtags, text_flaws

INSTAGRAM = TextRules(max_length=2200, max_hashtags=30, max_mentions=20)


def codes(caption, hashtags=(), rules=INSTAGRAM):
    return [flaw.code for flaw in text_flaws(caption, hashtags, rules)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["#하루"], ("하루",)),
        (["##cafe", "cafe"], ("cafe",)),
        (["#cafe #haru, morning"], ("cafe", "haru", "morning")),
        (["  ", "#", "", ",,"], ()),
        (["B", "a", "B"], ("B", "a")),
    ],
)
def test_hashtags_are_kept_bare_once_and_in_order(typed, kept):
    assert normal_hashtags(typed) == kept


@given(st.lists(st.text(max_size=20), max_size=8))
def test_hashtags_that_are_kept_are_kept_unchanged_the_next_time(typed):
    kept = normal_hashtags(typed)
    assert normal_hashtags(kept) == kept
    assert len(set(kept)) == len(kept)


def test_hashtags_stand_at_the_end():
    """S2.11."""
    assert full_text("조용한 아침 \n", ("하루", "cafe")) == "조용한 아침\n\n#하루 #cafe"
    assert full_text("조용한 아침", ()) == "조용한 아침"
    assert full_text("   ", ("하루",)) == "#하루"
    assert full_text("", ()) == ""


@pytest.mark.parametrize("hashtags", [(), ("하루", "cafe")])
def test_a_caption_may_have_2200_characters_with_its_hashtags(hashtags):
    """S2.11."""
    room = 2200 - len(full_text("가", hashtags)) + 1
    assert codes("가" * room, hashtags) == []
    flaw = text_flaws("가" * (room + 1), hashtags, INSTAGRAM)[0]
    assert (flaw.code, flaw.field, flaw.values) == (
        "caption_too_long",
        "caption",
        {"limit": 2200, "length": 2201},
    )


def test_hashtags_count_wherever_they_stand():
    """API.md: over 30 is `too_many_hashtags`."""
    assert codes(" ".join(f"#a{n}" for n in range(20)), [f"b{n}" for n in range(10)]) == []
    flaw = text_flaws(" ".join(f"#a{n}" for n in range(20)), [f"b{n}" for n in range(11)], INSTAGRAM)[0]
    assert (flaw.code, flaw.values) == ("too_many_hashtags", {"limit": 30, "count": 31})


def test_mentions_count_but_addresses_do_not():
    assert codes(" ".join(f"@friend{n}" for n in range(20)) + " me@example.com") == []
    assert codes(" ".join(f"@friend{n}" for n in range(21))) == ["too_many_mentions"]


def test_everything_wrong_is_said_at_once():
    text = "@a #b " * 40 + "가" * 2200
    assert codes(text) == ["caption_too_long", "too_many_hashtags", "too_many_mentions"]


def test_each_part_of_a_text_has_the_length_for_itself():
    rules = TextRules(max_length=5, max_hashtags=None, max_mentions=None)
    flaws = text_flaws(
        "하나둘셋넷다섯|좋아요|너무길어요오", ["끝"], rules, parts=lambda text: text.split("|")
    )
    assert [(flaw.code, flaw.values) for flaw in flaws] == [
        ("part_too_long", {"which": 1, "limit": 5, "length": 7}),
        ("part_too_long", {"which": 3, "limit": 5, "length": 10}),
    ]
    assert text_flaws("좋아요|그래요", [], rules, parts=lambda text: text.split("|")) == []
