"""Every text of the pages is in the Korean catalogue, and nothing else is."""

import gettext
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from pressrun.web.templating import LOCALE

ROOT = Path(__file__).parents[3]


def extracted() -> set[str]:
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config, filename="babel.cfg")
    web = ROOT / "src" / "pressrun" / "web"
    keywords = {**DEFAULT_KEYWORDS, "msgid": None}
    methods = [(pattern.removeprefix("src/pressrun/web/"), method) for pattern, method in methods]
    options = {pattern.removeprefix("src/pressrun/web/"): each for pattern, each in options.items()}
    found = extract_from_dir(web, methods, options, keywords)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def catalogue() -> Catalog:
    with (LOCALE / "ko" / "LC_MESSAGES" / "messages.po").open("rb") as stream:
        return read_po(stream, locale="ko", abort_invalid=True)


def texts(message_string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message_string] if isinstance(message_string, str) else list(message_string)


def test_every_text_of_the_pages_is_in_the_catalogue_and_no_text_is_left_over() -> None:
    listed = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue() if message.id
    }
    assert len(listed) > 300
    assert listed == extracted()


def test_no_text_is_untranslated_or_doubtful() -> None:
    unfinished = [
        message.id
        for message in catalogue()
        if message.id and (message.fuzzy or not all(texts(message.string or "")))
    ]
    assert unfinished == []


def test_translations_keep_the_placeholders_of_their_texts() -> None:
    assert [(message.id, str(error)) for message, errors in catalogue().check() for error in errors] == []


def test_the_compiled_catalogue_is_the_one_that_is_read() -> None:
    compiled = gettext.translation("messages", LOCALE, ["ko"])
    assert compiled.gettext("Waiting") == "대기"
    assert compiled.ngettext("%(num)s post", "%(num)s posts", 3) == "%(num)s건"
