"""The documentation as tests read it: its pages, their headings, tables, links and code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pressrun"
OURS = (
    "README.md",
    "README.ko.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/licences.md",
    "docs/operating.md",
    "docs/writing-a-connector.md",
)

_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text(page: str) -> str:
    """A page, by its path from the root."""
    return (ROOT / page).read_text(encoding="utf-8")


def code_blocks(page: str) -> list[str]:
    """What stands between fences, in order."""
    return _FENCED.findall(text(page))


def prose(page: str) -> str:
    """A page without its fenced code."""
    return _FENCED.sub("", text(page))


def headings(page: str) -> list[tuple[int, str]]:
    """Level and words of every heading."""
    found = re.findall(r"^(#+) (.+)$", prose(page), re.MULTILINE)
    return [(len(marks), words) for marks, words in found]


def anchors(page: str) -> set[str]:
    """The names by which other pages link to its headings, as code hosts make them."""
    plain = (re.sub(r"[^\w\- ]", "", words.lower()) for _, words in headings(page))
    return {words.replace(" ", "-") for words in plain}


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one of any level."""
    _, _, rest = prose(page).partition(f" {heading}\n")
    assert rest, f"{page} has no heading {heading!r}"
    return re.split(r"^#+ ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the tables below a heading, without their head."""
    rows = [line for line in section(page, heading).splitlines() if line.startswith("|")]
    assert len(rows) > 2, f"{page}, {heading!r}: no table"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def quoted(words: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`\n]+)`", words)


def links(page: str) -> list[str]:
    """Where a page links to."""
    return re.findall(r"\]\(([^()\s]+)\)", prose(page))
