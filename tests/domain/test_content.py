"""What a person approves is what is sent (DESIGN.md, promise 4)."""

import string
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain.content import TRANSITIONS, ContentEvent, ContentStatus, content_hash, next_status
from pressrun.domain.messages import what_happened
from pressrun.domain.problems import Problem

S, E = ContentStatus, ContentEvent
WORDS = st.text(max_size=6)
SEEN = st.tuples(WORDS, st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3))


@pytest.mark.parametrize(("status", "event"), list(product(ContentStatus, ContentEvent)))
def test_every_event_is_listed_or_refused_with_a_text(status, event):
    if (status, event) in TRANSITIONS:
        assert next_status(status, event) is TRANSITIONS[status, event]
        return
    with pytest.raises(Problem) as refused:
        next_status(status, event)
    assert refused.value.status == 409
    assert what_happened(refused.value.code, "ko") != what_happened(refused.value.code, "en")


def test_only_an_approval_approves():
    assert {event for (_, event), following in TRANSITIONS.items() if following is S.APPROVED} == {E.APPROVED}


@pytest.mark.parametrize("status", ContentStatus)
def test_an_edit_leaves_nothing_approved_and_nothing_decided(status):
    """S2.12: editing after approval asks again."""
    assert next_status(status, E.EDITED) in {S.DRAFT, S.IN_REVIEW}


def test_a_decision_is_made_once():
    for decided, event in product((S.APPROVED, S.REJECTED), (E.APPROVED, E.REJECTED)):
        assert (decided, event) not in TRANSITIONS


@given(SEEN, SEEN)
def test_the_hash_is_the_same_only_for_the_same_content(one, other):
    assert (content_hash(*one) == content_hash(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", ["b"], []), ("a", [], ["b"])),
        (("a", ["b", "c"], []), ("a", ["c", "b"], [])),
        (("a", ["b c"], []), ("a", ["b", "c"], [])),
        (('a", ["b"]', [], []), ("a", ["b"], [])),
        (("é", [], []), ("e\u0301", [], [])),
        (("a", [], ["1", "2"]), ("a", [], ["2", "1"])),
    ],
)
def test_what_a_reader_would_see_otherwise_hashes_otherwise(one, other):
    assert content_hash(*one) != content_hash(*other)


def test_the_hash_does_not_depend_on_how_lists_are_kept():
    """The database gives lists, the domain tuples."""
    hashed = content_hash("조용한 아침", ("하루",), ("f" * 64,))
    assert hashed == content_hash("조용한 아침", ["하루"], ["f" * 64])
    assert len(hashed) == 64
    assert set(hashed) <= set(string.hexdigits.lower())
