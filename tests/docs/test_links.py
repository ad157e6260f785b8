"""What the pages point at is there: links, headings, files, commands of the shell."""

import re

import pytest

from docs.reading import OURS, ROOT, anchors, headings, links, quoted, text

PAGES = [*OURS, *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs/decisions").glob("*.md"))]
PLACES = ("src/", "tests/", "docs/", "bin/", "bench/", "frontend/", ".ci/")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_resolves(page: str) -> None:
    for link in links(page):
        if link.startswith("https://"):
            continue
        target, _, anchor = link.partition("#")
        path = ((ROOT / page).parent / target).resolve() if target else ROOT / page
        assert path.exists(), link
        assert not anchor or anchor in anchors(str(path.relative_to(ROOT))), link


@pytest.mark.parametrize("page", OURS)
def test_every_file_and_folder_that_a_page_names_is_there(page: str) -> None:
    named = [words for words in quoted(text(page)) if words.startswith(PLACES) and words not in PLACES]
    for words in named:
        path = words.split()[0]
        assert (ROOT / path).exists(), words


@pytest.mark.parametrize("page", ["README.md", "README.ko.md"])
def test_each_promise_names_tests_that_hold_it(page: str) -> None:
    promises = [line for line in text(page).splitlines() if re.match(r"\| \*\*", line)]
    assert len(promises) == 5
    for promise in promises:
        assert [words for words in quoted(promise) if words.startswith("tests/")], promise


def test_both_readmes_have_the_same_sections_commands_and_links() -> None:
    english, korean = "README.md", "README.ko.md"
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(korean)]
    assert len(headings(english)) > 5
    assert _commands(english) == _commands(korean)
    assert [link for link in links(english) if link != korean] == [
        link for link in links(korean) if link != english
    ]
    assert _rows(english) == _rows(korean)


def _commands(page: str) -> list[str]:
    shell = re.findall(r"^```sh\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL)
    without_words = (re.sub(r"#.*|\"(name|language)\": \"[^\"]*\"", "", block) for block in shell)
    return [re.sub(r"\s+", " ", block) for block in without_words]


def _rows(page: str) -> int:
    return sum(line.startswith("|") for line in text(page).splitlines())
