"""A page hears every kind of event that anything writes down."""

import re
from pathlib import Path

import pressrun
from pressrun.domain.account import AccountStatus
from pressrun.domain.content import ContentEvent
from pressrun.domain.post import PostEvent
from pressrun.web.pages.frame import LIVE_KINDS

FAMILIES = {"post": PostEvent, "content": ContentEvent, "account": AccountStatus}
_WRITTEN = re.compile(
    r'\.append\(\s*(?:topic\([\w.]+\)|[\w.]*topic(?:\([\w.]+\))?|f"[^"]+"),\s*(f?)"([^"]+)"'
)


def written_kinds() -> set[str]:
    """The kinds in the source; a family such as `post.{event.value}` stands for all its members."""
    kinds: set[str] = set()
    for source in Path(pressrun.__file__).parent.rglob("*.py"):
        for is_family, kind in _WRITTEN.findall(source.read_text(encoding="utf-8")):
            noun = kind.partition(".")[0]
            kinds |= {f"{noun}.{each.value}" for each in FAMILIES[noun]} if is_family else {kind}
    return kinds


def test_the_search_finds_what_is_surely_written() -> None:
    assert {
        "post.linked",
        "schedule.created",
        "schedule.missed",
        "post.published",
        "run.note",
    } <= written_kinds()


def test_every_kind_of_event_that_is_written_is_heard_by_pages() -> None:
    assert written_kinds() - set(LIVE_KINDS.split()) == set()
