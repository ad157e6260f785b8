"""Every text a person reads, in both languages (S0.7): complete, matching, and in the house's tone."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

import pressrun
from pressrun.domain import messages
from pressrun.domain.texts import MESSAGES, Message
from pressrun.web.wording import HTTP_MESSAGES

SOURCES = Path(pressrun.__file__).parent

MAKERS = {
    "invalid": "Problem",
    "conflict": "Problem",
    "not_found": "Problem",
    "forbidden": "Problem",
}
"""The constructors of `Problem` that take a code; `Flaw` and `ProblemError` take one first as well."""

BY_KEYWORD = {"Refused": "reason", "get": "missing", "card": "missing"}


@dataclass(frozen=True)
class Use:
    """One place in the program that names a code, with the values it gives where they can be read."""

    code: str
    place: str
    values: frozenset[str] | None


def uses() -> Iterator[Use]:
    for path in sorted(SOURCES.rglob("*.py")):
        if "sandbox" in path.relative_to(SOURCES).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            place = f"{path.relative_to(SOURCES)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and (code := _code(node)) is not None:
                yield Use(code, place, _values(node))
            if isinstance(node, ast.FunctionDef):
                yield from (Use(code, place, None) for code in _default_codes(node))


def _code(call: ast.Call) -> str | None:
    if _takes_code_first(call) and call.args:
        return _word(call.args[0])
    wanted = BY_KEYWORD.get(_name(call.func))
    return next((_word(keyword.value) for keyword in call.keywords if wanted and keyword.arg == wanted), None)


def _default_codes(function: ast.FunctionDef) -> list[str]:
    """`def get(tx, post_id, *, missing="post_not_found")`."""
    pairs = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    words = [_word(default) for argument, default in pairs if argument.arg == "missing"]
    return [word for word in words if word is not None]


def _takes_code_first(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in MAKERS:
        return _name(call.func.value) == MAKERS[call.func.attr]
    return _name(call.func) in {"Flaw", "ProblemError"}


def _values(call: ast.Call) -> frozenset[str] | None:
    """The names of the values given with a code; None where they are not written out at the call."""
    if not _takes_code_first(call):
        return None
    if _name(call.func) == "Flaw":
        given = next((each.value for each in call.keywords if each.arg == "values"), None)
        given = call.args[2] if len(call.args) > 2 else given
        if given is None:
            return frozenset()
        keys = [_word(key) for key in given.keys] if isinstance(given, ast.Dict) else [None]
        return None if None in keys else frozenset(key for key in keys if key)
    names = [keyword.arg for keyword in call.keywords if keyword.arg != "field"]
    return None if None in names else frozenset(name for name in names if name)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _word(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def placeholders(*texts: str) -> set[str]:
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


def texts_for(use: Use) -> Mapping[str, Message]:
    """The web has a few texts of its own, about requests as such; nothing below it may use them."""
    return {**MESSAGES, **HTTP_MESSAGES} if use.place.startswith("web/") else MESSAGES


USES = list(uses())
ALL_TEXTS = {**MESSAGES, **HTTP_MESSAGES}
each_message = pytest.mark.parametrize(("code", "message"), ALL_TEXTS.items(), ids=ALL_TEXTS)


def test_the_search_finds_codes_of_every_kind():
    """So that the tests below can't pass by finding nothing."""
    found = {use.code for use in USES}
    assert {
        "time_malformed",
        "caption_too_long",
        "already_decided",
        "post_not_found",
        "prompt_refused",
    } <= found
    assert len(USES) > 100


def test_every_code_that_is_used_has_a_text():
    assert {f"{use.code} ({use.place})" for use in USES if use.code not in texts_for(use)} == set()


def test_every_code_comes_with_the_values_that_its_text_needs():
    lacking = {
        f"{use.code} ({use.place}): {', '.join(sorted(lack))}"
        for use in USES
        if use.values is not None and use.code in texts_for(use)
        if (lack := _needed(texts_for(use)[use.code]) - use.values)
    }
    assert lacking == set()


def _needed(message: Message) -> set[str]:
    return placeholders(message.ko, message.en, message.todo_ko, message.todo_en)


@each_message
def test_both_languages_use_the_same_values(code, message):
    assert placeholders(message.ko) == placeholders(message.en)
    assert placeholders(message.todo_ko) == placeholders(message.todo_en)


@each_message
def test_a_text_is_there_in_both_languages_or_in_neither(code, message):
    assert message.ko
    assert message.en
    assert bool(message.todo_ko) == bool(message.todo_en)


@each_message
def test_each_language_is_written_in_its_own_letters(code, message):
    assert re.search("[가-힣]", message.ko)
    assert not re.search("[가-힣]", message.en + message.todo_en)


@each_message
def test_no_text_shouts_or_grovels(code, message):
    texts = message.ko + message.en + message.todo_ko + message.todo_en
    assert "!" not in texts
    assert "！" not in texts
    assert "죄송" not in texts
    assert not re.search(r"\b(sorry|please|oops)\b", texts, re.IGNORECASE)


@each_message
def test_korean_speaks_politely_and_plainly(code, message):
    """해요체, never 습니다; the fixed words of S2.7 and S2.9 are kept as they are."""
    assert not re.search("(습|입|합|됩|옵|십)니다", message.ko + message.todo_ko)
    assert "하십시오" not in message.ko + message.todo_ko


@each_message
def test_texts_are_clean(code, message):
    for text in (message.ko, message.en, message.todo_ko, message.todo_en):
        assert text == text.strip()
        assert "  " not in text
        assert not text.endswith("..")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("login_expired", "계정 인증 만료, 재인증 필요"),
        ("account_suspended", "페르소나 ‘{persona}’ 계정 정지됨"),
        ("media_broken", "이미지 재생성 필요"),
    ],
)
def test_the_words_of_the_requirements_are_kept(code, words):
    """S2.7, S2.8, S2.9."""
    assert words in MESSAGES[code].ko


def test_no_code_is_defined_twice():
    """A group would silently hide another's text."""
    tables = [ast.parse((SOURCES / "domain" / name).read_text()) for name in ("texts.py", "checkup_texts.py")]
    assigned = [node.value for tree in tables for node in tree.body if isinstance(node, ast.Assign)]
    groups = [value for value in assigned if isinstance(value, ast.Dict)]
    codes = [_word(key) for group in groups for key in group.keys]
    assert len(codes) == len(set(codes)) == len(MESSAGES)


class TestFilling:
    @pytest.fixture
    def values(self) -> Mapping[str, object]:
        return {"length": 12345, "limit": 2200}

    def test_values_are_filled_in_the_readers_language(self, values):
        korean = messages.what_happened("caption_too_long", "ko", values)
        english = messages.what_happened("caption_too_long", "en", values)
        assert "12,345자" in korean
        assert "12,345 characters" in english

    def test_what_happened_comes_before_what_to_do(self, values):
        whole = messages.full_text("caption_too_long", "en", values)
        assert whole == (
            messages.what_happened("caption_too_long", "en", values)
            + " "
            + messages.what_to_do("caption_too_long", "en", values)
        )

    def test_where_nothing_is_to_be_done_nothing_is_said(self):
        assert messages.what_to_do("already_published", "ko") == ""
        assert messages.full_text("already_published", "en") == "It is published already."

    def test_what_a_person_typed_is_shown_as_typed(self):
        """Braces in a value are no placeholders."""
        shown = messages.what_happened("zone_unknown", "en", {"zone": "{0.__class__} {zone}"})
        assert shown.endswith("{0.__class__} {zone}")

    def test_times_are_shown_to_the_minute(self):
        moment = datetime(2026, 11, 20, 9, 5, tzinfo=UTC)
        assert messages.what_happened("zone_unknown", "en", {"zone": moment}).endswith("2026-11-20 09:05")
