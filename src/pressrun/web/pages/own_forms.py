"""Forms of our own pages: they carry their session's token, and say what is wrong beside each field."""

from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import Response

from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.web import wording
from pressrun.web.auth import Reader, check_form_token
from pressrun.web.flash import back_to, local_path


def own_form(visitor: Reader, form_token: Annotated[str, Form(max_length=200)] = "") -> None:
    """A dependency that refuses forms which are not from a page of this session."""
    check_form_token(visitor, form_token)


OwnForm = Depends(own_form)
Next = Annotated[str, Form(alias="next", max_length=2000)]


def done(next_address: str, default: str, kind: str, *, href: str = "") -> Response:
    """Goes back to where the form was, saying what happened."""
    return back_to(local_path(next_address, default), kind, href=href)


def flaw_texts(
    problem: Problem, language: Language, *, names: dict[str, str] | None = None
) -> dict[str, str]:
    """What is wrong by field; `names` are fields that a form calls otherwise. Raises what has no field."""
    if problem.status != 422 or not all(flaw.field for flaw in problem.flaws):
        raise problem
    texts: dict[str, str] = {}
    for flaw in problem.flaws:
        field = (names or {}).get(flaw.field or "", flaw.field or "")
        happened = wording.what_happened(flaw.code, language, flaw.values)
        text = f"{happened} {wording.what_to_do(flaw.code, language, flaw.values)}".strip()
        texts[field] = f"{texts[field]} {text}" if field in texts else text
    return texts


def referring_path(request: Request) -> str:
    """The page of ours that the request came from, empty where there is none."""
    referer = request.headers.get("referer", "")
    _, found, rest = referer.partition(f"://{request.headers.get('host', '')}/")
    path = f"/{rest}" if found else ""
    return "" if path == request.url.path else local_path(path)
