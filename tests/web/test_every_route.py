"""Every route of the application asks who is there, except the few that must not."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from pressrun.domain.user import Right
from pressrun.web.auth import Require

OPEN = {
    "POST /api/auth/login",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /media/{location:path}",
    "HEAD /media/{location:path}",
    "GET /static/{path:path}",
    "GET /login",
    "POST /login",
    "GET /setup",
    "POST /setup",
}
SIGNED_BY_QSTASH = {"POST /api/content/generate-scheduled"}


def routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            for method in context.methods or ():
                yield f"{method} {context.path}", context.original_route


def rights_asked(dependant: Dependant) -> set[Right]:
    own = {dependant.call.right} if isinstance(dependant.call, Require) else set()
    return own.union(*(rights_asked(each) for each in dependant.dependencies))


def test_every_route_asks_for_a_right(app: FastAPI) -> None:
    unguarded = {name for name, route in routes(app) if not rights_asked(route.dependant)}
    assert unguarded <= OPEN | SIGNED_BY_QSTASH
    assert "POST /api/auth/login" in unguarded


def test_what_changes_something_asks_for_more_than_reading(app: FastAPI) -> None:
    harmless = {"POST /api/auth/logout", "POST /api/notifications/{notification_id}/read"}
    for name, route in routes(app):
        changes = not name.startswith(("GET ", "HEAD "))
        if changes and name.startswith(("POST /api/", "PUT /api/", "DELETE /api/")) and name not in OPEN:
            asked = rights_asked(route.dependant)
            assert asked - {Right.READ} or name in harmless | SIGNED_BY_QSTASH, name


def test_a_stranger_gets_nothing_from_any_route(app: FastAPI, client: TestClient) -> None:
    for name, route in routes(app):
        if rights_asked(route.dependant):
            method, path = name.split(" ", 1)
            answer = client.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code in (401, 303), name


def test_every_route_documents_how_it_fails(app: FastAPI, alice: TestClient) -> None:
    description = alice.get("/api/openapi.json").json()
    for path, methods in description["paths"].items():
        if path.startswith("/api/"):
            for method, operation in methods.items():
                assert {"401", "403", "422", "500"} <= set(operation["responses"]), f"{method} {path}"
    assert "Problem" in description["components"]["schemas"]
