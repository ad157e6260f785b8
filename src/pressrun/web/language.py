"""The reader's language: their own choice, the `lang` cookie, the browser's, the default (API.md)."""

from collections.abc import Iterable

from starlette.requests import HTTPConnection

from pressrun.domain.persona import Language

COOKIE = "lang"


def language_of(request: HTTPConnection) -> Language:
    """The reader's language."""
    visitor = getattr(request.state, "visitor", None)
    choices = (
        visitor.user.language if visitor else None,
        spoken(request.query_params.get("lang")),
        spoken(request.cookies.get(COOKIE)),
        preferred(request.headers.get("accept-language", "")),
    )
    return next((choice for choice in choices if choice), request.app.state.web.language)


def spoken(tag: str | None) -> Language | None:
    """The language of a tag such as `en-GB`, if we speak it."""
    primary = (tag or "").strip().lower().partition("-")[0]
    return Language(primary) if primary in set(Language) else None


def preferred(accept_language: str) -> Language | None:
    """The best language of an `Accept-Language` header (RFC 9110) that we speak."""
    ranked = sorted(_weighted(accept_language), key=lambda choice: -choice[0])
    return next((language for weight, tag in ranked if weight > 0 and (language := spoken(tag))), None)


def _weighted(accept_language: str) -> Iterable[tuple[float, str]]:
    for part in accept_language.split(","):
        tag, _, parameter = part.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            yield (float(value) if name.strip() == "q" else 1.0), tag
        except ValueError:
            yield 0.0, tag
