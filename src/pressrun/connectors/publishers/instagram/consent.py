"""What the two ways to sign in share: tokens given for a consent, and permissions that it must hold."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.base import App
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers import meta_answers
from pressrun.connectors.publishers.instagram.graph import Graph
from pressrun.domain.failures import Answer, Failure, LoginExpired, Misconfigured, Transient

_APP_IS_WRONG = (
    "client secret",
    "client_secret",
    "validating application",
    "invalid platform app",
    "redirect_uri",
    "app id",
)


async def token_answer(graph: Graph, method: str, url: str, **options: Any) -> dict[str, Any]:
    """What a token endpoint gives. A wrong key of the app is the operator's to mend, and not a dead login."""
    answer = await graph.http.request(method, url, **options)
    body = answer.body if isinstance(answer.body, dict) else None
    if answer.is_success and body is not None and "error" not in body:
        return _inner(body)
    raise _meant(answer, now=graph.now())


def need_permissions(granted: Collection[str], needed: Collection[str]) -> None:
    """Raises `LoginExpired` that names every permission a person left out."""
    missing = [name for name in needed if name not in granted]
    if missing:
        said = Answer(message=f"not granted: {', '.join(missing)}")
        raise LoginExpired(reason="permissions_missing", answer=said)


def ends_at(body: Mapping[str, Any], now: datetime) -> datetime | None:
    """When a token ends, by its `expires_in`; None where it names no end."""
    seconds = body.get("expires_in")
    if isinstance(seconds, bool) or not isinstance(seconds, int | str) or not str(seconds).isdecimal():
        return None
    return now + timedelta(seconds=int(seconds))


def of_app(app: App) -> dict[str, str]:
    """The app's keys as a login keeps them, so that it can be renewed alone."""
    return {"app_id": app.client_id, "app_secret": app.client_secret}


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    """Instagram's pages show its answers within a list, and real ones come flat."""
    match body.get("data"):
        case [dict() as inner, *_]:
            return inner
        case dict() as inner:
            return inner
    return body


def _meant(answer: HttpAnswer, *, now: datetime) -> Failure:
    failure = meta_answers.translate(answer, now=now)
    said = _words(answer)
    if any(sign in said.lower() for sign in _APP_IS_WRONG):
        return Misconfigured(answer=_shown(failure, said))
    if isinstance(failure, Transient) and answer.status < 500 and said:
        # The general code 1 is said of a code that was used or is too old as well.
        return LoginExpired(answer=_shown(failure, said))
    return failure


def _words(answer: HttpAnswer) -> str:
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error")
    message = error.get("message") if isinstance(error, dict) else body.get("error_message")
    return meta_answers.without_secrets(str(message or ""))


def _shown(failure: Failure, said: str) -> Answer:
    return Answer(status=failure.answer.status, code=failure.answer.code, message=said)
