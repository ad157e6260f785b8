"""Pages: Jinja with one environment for each language, and the answers made with it."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from pressrun.domain.persona import Language
from pressrun.domain.user import Right
from pressrun.web import times, wording
from pressrun.web.auth import visitor_of
from pressrun.web.deps import store_of
from pressrun.web.flash import FLASH, take_flash
from pressrun.web.language import language_of

LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Words:
    """The texts of one language; message ids are English."""

    language: Language
    texts: gettext.NullTranslations

    def gettext(self, text: str, **values: object) -> str:
        """The text in the reader's language, filled."""
        return self.texts.gettext(text) % values if values else self.texts.gettext(text)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """The text for a number of things, which fills `%(num)s`."""
        return self.texts.ngettext(one, many, number) % {
            "num": format_decimal(number, locale=self.language.value),
            **values,
        }


def msgid(text: str) -> str:
    """Marks a text for translation where it stands in a table; it is translated when it is shown."""
    return text


@cache
def words(language: Language) -> Words:
    """The texts of `language`. English is what the message ids say, so it has no catalogue."""
    if language is Language.EN:
        return Words(language, gettext.NullTranslations())
    return Words(language, gettext.translation("messages", LOCALE, [language.value]))


@cache
def environment(language: Language) -> Environment:
    """The templates, speaking `language`."""
    made = Environment(
        loader=PackageLoader("pressrun.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = words(language)
    # The i18n extension adds this method to the environment.
    made.install_gettext_translations(spoken.texts, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    made.globals.update(
        language=language,
        duration=lambda seconds: times.duration(seconds, spoken),
    )
    made.filters.update(
        number=lambda value: format_decimal(value, locale=language.value),
        message=lambda code, **values: wording.what_happened(code, language, values),
        remedy=lambda code, **values: wording.what_to_do(code, language, values),
        day=lambda at, zone: times.day(at, zone, spoken),
        full=lambda at, zone: times.full(at, zone, spoken),
        clock=times.clock,
        seconds=times.seconds,
        city=times.city,
        iso=times.iso,
        local_input=times.local_input,
        initial=initial,
        asset=lambda asset_id: f"/api/assets/{asset_id}/thumbnail",
        media=lambda asset_id: f"/api/assets/{asset_id}/file",
    )
    # A macro that every template may use without importing it.
    made.globals["icon"] = made.get_template("parts/icon.html").make_module().icon  # pyright: ignore[reportAttributeAccessIssue]
    return made


def initial(name: str) -> str:
    """What stands in a persona's circle."""
    return name.strip()[:1].upper()


@dataclass(frozen=True)
class Moment:
    """The instant of a page, so that every "in 5 minutes" on it agrees."""

    now: datetime
    words: Words

    def relative(self, at: datetime, zone: ZoneInfo) -> str:
        """How far away `at` is, empty where the date says it better."""
        return times.relative(at, self.now, zone, self.words)

    def short(self, at: datetime, zone: ZoneInfo) -> str:
        """The time of day, with the date where it is not today."""
        return times.short(at, self.now, zone, self.words)


def render(request: Request, template: str, values: Mapping[str, Any], *, part: bool = False) -> str:
    """A template as text, with what every page knows; `part` is a piece of a page, without its frame."""
    visitor = visitor_of(request)
    language = language_of(request)
    moment = Moment(store_of(request).clock.now(), words(language))
    context = {
        "visitor": visitor,
        "may": lambda right: visitor is not None and visitor.caller.may(Right(right)),
        "form_token": visitor.form_token if visitor and visitor.session_token else "",
        "theme": visitor.user.theme if visitor else "system",
        "moment": moment,
        "path": request.url.path,
        "address": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "flash": None if part else take_flash(request),
    }
    return environment(language).get_template(template).render(**context, **values)


def page(request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A whole page as an answer."""
    response = HTMLResponse(render(request, template, values), status)
    response.headers["Content-Language"] = language_of(request).value
    if FLASH in request.cookies:
        response.delete_cookie(FLASH, httponly=True, samesite="lax")
    return response


def part(request: Request, template: str, values: Mapping[str, Any], *, status: int = 200) -> HTMLResponse:
    """A piece of a page as an answer: the same partial that the page holds."""
    return HTMLResponse(render(request, template, values, part=True), status)


def is_swap(request: Request) -> bool:
    """Whether a script asks for a piece to put into the page, and not a browser for the page."""
    return "hx-request" in request.headers
