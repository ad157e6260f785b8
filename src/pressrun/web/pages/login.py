"""Signing in and out, and the first owner (S4.5)."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pressrun.actions import sessions, users
from pressrun.domain.problems import Problem
from pressrun.web import templating, wording
from pressrun.web.auth import (
    COOKIE,
    address_of,
    clear_session_cookie,
    same_site,
    set_session_cookie,
    visitor_of,
)
from pressrun.web.deps import InStore, WithParts
from pressrun.web.flash import local_path
from pressrun.web.language import language_of
from pressrun.web.pages.own_forms import OwnForm, flaw_texts

router = APIRouter(include_in_schema=False)

Email = Annotated[str, Form(max_length=1000)]
Password = Annotated[str, Form(max_length=4000)]


@router.get("/login")
def login_page(
    request: Request, store: InStore, next_address: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """The login; before there is anyone, the way to the first owner."""
    if users.needs_setup(store):
        return RedirectResponse("/setup", 303)
    wanted = local_path(next_address, "/")
    if visitor_of(request) is not None:
        return RedirectResponse(wanted, 303)
    return _login(request, next_address=wanted)


@router.post("/login", dependencies=[Depends(same_site)])
def login(
    request: Request,
    store: InStore,
    parts: WithParts,
    email: Email = "",
    password: Password = "",
    next_address: Annotated[str, Form(alias="next", max_length=2000)] = "",
    stay: Annotated[bool, Form()] = False,
) -> Response:
    """Signs in and goes on to where the person was heading."""
    wanted = local_path(next_address, "/")
    try:
        signed_in = sessions.sign_in(
            store, parts.passwords, email=email, password=password, address=address_of(request), stay=stay
        )
    except Problem as problem:
        return _login(request, next_address=wanted, email=email, stay=stay, problem=problem)
    response = RedirectResponse(wanted, 303)
    set_session_cookie(request, response, signed_in, stay=stay)
    return response


@router.post("/logout", dependencies=[OwnForm])
def logout(request: Request, store: InStore) -> Response:
    """Signs out."""
    sessions.sign_out(store, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", 303)
    clear_session_cookie(request, response)
    return response


@router.get("/setup")
def setup_page(request: Request, store: InStore) -> Response:
    """The form for the first owner, as long as there is nobody."""
    if not users.needs_setup(store):
        return RedirectResponse("/login", 303)
    return _setup(request)


@router.post("/setup", dependencies=[Depends(same_site)])
def setup(
    request: Request,
    store: InStore,
    parts: WithParts,
    email: Email = "",
    password: Password = "",
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Makes the first owner and signs them in."""
    try:
        users.create_first_owner(store, parts.passwords, email=email, password=password, name=name)
    except Problem as problem:
        flaws = flaw_texts(problem, language_of(request))
        return _setup(request, email=email, name=name, flaws=flaws)
    signed_in = sessions.sign_in(
        store, parts.passwords, email=email, password=password, address=address_of(request)
    )
    response = RedirectResponse("/", 303)
    set_session_cookie(request, response, signed_in, stay=False)
    return response


def _login(
    request: Request,
    *,
    next_address: str,
    email: str = "",
    stay: bool = False,
    problem: Problem | None = None,
) -> HTMLResponse:
    language = language_of(request)
    values = {
        "next": next_address,
        "lang_rest": f"&next={quote(next_address, safe='/')}" if next_address != "/" else "",
        "email": email,
        "stay": stay,
        "trouble": _trouble(problem, language) if problem else None,
    }
    response = templating.page(request, "login/page.html", values, status=problem.status if problem else 200)
    if problem and "retry_after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response


def _trouble(problem: Problem, language: templating.Language) -> dict[str, str]:
    values = problem.flaws[0].values
    return {
        "title": wording.what_happened(problem.code, language, values),
        "detail": wording.what_to_do(problem.code, language, values),
    }


def _setup(
    request: Request, *, email: str = "", name: str = "", flaws: dict[str, str] | None = None
) -> HTMLResponse:
    values = {"email": email, "name": name, "flaws": flaws or {}, "lang_rest": ""}
    return templating.page(request, "login/setup.html", values, status=422 if flaws else 200)
