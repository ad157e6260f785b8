"""One text in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One text in both languages; `todo_ko` and `todo_en` say what to do."""

    ko: str
    en: str
    todo_ko: str = ""
    todo_en: str = ""
