"""What Instagram says of containers and uploads, beside the errors that all of Meta shares."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers import meta_answers
from pressrun.connectors.publishers.meta_answers import CONTAINER_STAGES, MAYBE_GOOD, ProcessingFailed
from pressrun.domain.failures import Answer, Failure, LoginExpired, MediaBroken, Transient


def state_of(container: Mapping[str, Any]) -> str:
    """`IN_PROGRESS`, `FINISHED`, `PUBLISHED`, `ERROR` or `EXPIRED`."""
    state = str(container.get("status_code") or "")
    if not state:
        return "ERROR" if str(container.get("status", "")).startswith("Error") else "IN_PROGRESS"
    return state


def of_container(
    said_of_it: Mapping[str, Any], container: str, *, now: datetime, position: int
) -> Failure | None:
    """Why a container can't be published, from the words of its `status`; None where nothing is wrong."""
    state, status = state_of(said_of_it), str(said_of_it.get("status", ""))
    if state not in ("ERROR", "EXPIRED"):
        return None
    named = re.search(r"2207\d{3}", status)
    said = Answer(code=f"{state}/{named[0]}" if named else state, message=status[:300])
    if state == "EXPIRED":
        return Transient(answer=said, start_over=CONTAINER_STAGES)
    failure = meta_answers.of_container(status, said, now=now)
    if isinstance(failure, MediaBroken | ProcessingFailed):
        failure.which = position
    if isinstance(failure, ProcessingFailed):
        failure.container = container
    return failure


def of_upload(answer: HttpAnswer, container: str, *, now: datetime, position: int) -> Failure | None:
    """Why bytes were not taken; None where they all are there."""
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.is_success and body.get("success") is True:
        return None
    about = body.get("debug_info")
    if not isinstance(about, dict):
        failure = meta_answers.translate(answer, now=now)
        if any(sign in (failure.answer.code or "") for sign in MAYBE_GOOD):
            return _processing_failed(failure.answer, container, position)
        return failure
    said = Answer(
        status=answer.status,
        code=str(about.get("type", "")) or None,
        message=meta_answers.without_secrets(str(about.get("message", ""))),
    )
    for signs, make in _UPLOAD_WORDS:
        if any(sign in f"{said.code} {said.message}".lower() for sign in signs):
            return make(said)
    if about.get("retriable") or answer.status >= 500:
        return Transient(answer=said)
    return _processing_failed(said, container, position)


def _processing_failed(said: Answer, container: str, position: int) -> Failure:
    return ProcessingFailed(answer=said, start_over=CONTAINER_STAGES, which=position, container=container)


_UPLOAD_WORDS: tuple[tuple[tuple[str, ...], Callable[[Answer], Failure]], ...] = (
    (("notauthorized", "not authorized"), lambda said: LoginExpired(answer=said)),
    # More arrived than was known of, or less: it is asked again from where on to send.
    (("offset",), lambda said: Transient(answer=said)),
)
