"""A persona: who speaks, in which language and zone, and who must approve what it says."""

from enum import StrEnum


class ApprovalRule(StrEnum):
    """When a person must approve content before it goes out."""

    ALWAYS = "always"
    NEVER = "never"
    CHECKS = "checks"
    """Only when an automatic check finds something: a fallback provider, or a text over a limit."""


class Language(StrEnum):
    """The languages Pressrun writes and speaks."""

    KO = "ko"
    EN = "en"
