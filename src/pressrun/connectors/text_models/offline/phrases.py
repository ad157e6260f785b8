"""What the offline writer says around a topic: questions, invitations, checklists; true of any topic."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Frame:
    """One way to build a caption. `{topic}` stands for the topic."""

    openings: tuple[str, ...]
    body: str
    closings: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One picture between the first and the last: words on it, words spoken, what it shows."""

    headline: str
    narration: str
    shows: str


@dataclass(frozen=True)
class Phrases:
    """Everything of one language."""

    titles: tuple[str, ...]
    frames: tuple[Frame, ...]
    covers: tuple[str, ...]
    """Spoken over the first picture."""
    steps: tuple[Step, ...]
    """In the order of a story: look, choose, try, look back."""
    endings: tuple[Step, ...]
    stopwords: str
    """Words that make poor hashtags, separated by blanks."""
