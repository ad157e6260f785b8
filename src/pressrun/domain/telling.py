"""What people are told outside of any page: several notices in one message, each with its link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pressrun.domain import messages
from pressrun.domain.persona import Language

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
"""Waits before a message that did not go out is sent again; then it is left to the page."""

SHOWN = 10
"""Notices that one message spells out."""


@dataclass(frozen=True)
class Notice:
    """One thing to know; `path` is the page about it."""

    code: str
    values: Mapping[str, Any]
    path: str


@dataclass(frozen=True)
class Letter:
    """A message as it is sent: plain text."""

    title: str
    text: str


def letter(notices: Sequence[Notice], language: Language, *, own_url: str) -> Letter:
    """One message about all of these, the oldest first."""
    lines = [_lines(notice, language, own_url) for notice in notices[:SHOWN]]
    more = len(notices) - SHOWN
    if more > 0:
        rest = f"외 {more}건: " if language is Language.KO else f"and {more} more: "
        lines.append(f"{rest}{own_url}/notifications")
    return Letter(_title(len(notices), language), "\n\n".join(lines))


def next_try(tries: int) -> timedelta | None:
    """How long to wait after `tries` tries in vain; None where it is given up."""
    return RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None


def page_about(*, post_id: str | None, run_id: str | None, account_id: str | None) -> str:
    """The page of what a notification is about (API.md, page addresses)."""
    if post_id:
        return f"/posts/{post_id}"
    if run_id:
        return f"/runs/{run_id}"
    return f"/accounts/{account_id}" if account_id else "/notifications"


def _title(number: int, language: Language) -> str:
    if language is Language.KO:
        return f"Pressrun 알림 {number}건"
    return "Pressrun: 1 notice" if number == 1 else f"Pressrun: {number} notices"


def _lines(notice: Notice, language: Language, own_url: str) -> str:
    happened = messages.what_happened(notice.code, language, notice.values)
    todo = messages.what_to_do(notice.code, language, notice.values)
    return "\n".join(line for line in (happened, todo, f"{own_url}{notice.path}") if line)
