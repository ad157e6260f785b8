"""`/api/personas`: who speaks."""

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.store.database import Store

PERSONA = {
    "name": " 카페 하루 ",
    "language": "ko",
    "timezone": "Asia/Seoul",
    "channel_type": "cafe",
    "style": "다정하게",
    "image_style": "warm film",
    "hashtags": ["#카페", "하루 #coffee", "카페"],
    "voice": {"provider": "offline", "name": "ko", "speed": 1.1, "pitch": -2},
    "approval": "never",
}


def test_a_persona_is_made_and_read_back(bob: TestClient) -> None:
    made = bob.post("/api/personas", json=PERSONA)
    assert made.status_code == 201
    persona = made.json()
    assert persona["name"] == "카페 하루"
    assert persona["hashtags"] == ["카페", "하루", "coffee"]
    assert persona["voice"] == PERSONA["voice"]
    assert persona["hue"] % 30 == 0
    assert bob.get(f"/api/personas/{persona['id']}").json() == persona


def test_a_persona_asks_for_approval_unless_told_otherwise(bob: TestClient) -> None:
    persona = bob.post("/api/personas", json={"name": "A", "language": "en", "timezone": "UTC"}).json()
    assert persona["approval"] == "always"
    assert persona["voice"] is None


def test_a_change_leaves_what_it_does_not_name(bob: TestClient) -> None:
    persona = bob.post("/api/personas", json=PERSONA).json()
    changed = bob.put(f"/api/personas/{persona['id']}", json={"style": "", "hue": 0, "hashtags": ["new"]})
    assert changed.status_code == 200
    assert changed.json() == {**persona, "style": "", "hue": 0, "hashtags": ["new"]}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "  ", "field_invalid"),
        ("name", "x" * 201, "field_invalid"),
        ("language", "fr", "field_invalid"),
        ("timezone", "Seoul", "zone_unknown"),
        ("timezone", "../../etc/passwd", "zone_unknown"),
        ("timezone", "Asia", "zone_unknown"),
        ("timezone", "", "zone_unknown"),
        ("approval", "sometimes", "field_invalid"),
        ("hashtags", "one", "field_invalid"),
        ("hue", 360, "field_invalid"),
        ("hue", 10**30, "field_invalid"),
    ],
)
def test_what_can_not_be_used_is_refused(bob: TestClient, field: str, value: object, code: str) -> None:
    answer = bob.post("/api/personas", json={**PERSONA, field: value})
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]


def test_personas_are_listed_in_pages(bob: TestClient, store: Store) -> None:
    made = [makers.make_persona(store, f"Persona {number}").id for number in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = bob.get("/api/personas", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [persona["id"] for persona in page["items"]]
        cursor = page["next_cursor"]
    # Made at one instant of the clock: their ids decide.
    assert seen == sorted(made)
    assert cursor is None


@pytest.mark.parametrize("cursor", ["x", "e30", "WzEsMl0", "WyIyMDI2LTExLTIwIiwgIngiXQ", "½", "A" * 299])
def test_a_cursor_that_is_none_of_ours_is_refused(bob: TestClient, cursor: str) -> None:
    answer = bob.get("/api/personas", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_malformed")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x"])
def test_a_page_has_one_to_a_hundred_items(bob: TestClient, limit: str) -> None:
    assert bob.get("/api/personas", params={"limit": limit}).status_code == 422


def test_a_persona_that_nothing_belongs_to_can_be_removed(bob: TestClient) -> None:
    persona = bob.post("/api/personas", json=PERSONA).json()
    assert bob.delete(f"/api/personas/{persona['id']}").json() == {"success": True}
    assert bob.get(f"/api/personas/{persona['id']}").status_code == 404


def test_a_persona_with_an_account_or_content_stays(bob: TestClient, store: Store) -> None:
    with_account, with_content = makers.make_persona(store), makers.make_persona(store)
    makers.make_account(store, with_account)
    makers.make_content(store, with_content)
    for persona in (with_account, with_content):
        answer = bob.delete(f"/api/personas/{persona.id}")
        assert (answer.status_code, answer.json()["code"]) == (409, "persona_in_use")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_persona_is_not_found(bob: TestClient, method: str) -> None:
    answer = bob.request(method, "/api/personas/nobody", json={} if method == "PUT" else None)
    assert (answer.status_code, answer.json()["code"]) == (404, "persona_not_found")


def test_only_those_who_may_write_change_personas(
    vera: TestClient, charlie: TestClient, store: Store
) -> None:
    persona = makers.make_persona(store)
    for reader in (vera, charlie):
        assert reader.get("/api/personas").status_code == 200
        for method, path in (("POST", ""), ("PUT", f"/{persona.id}"), ("DELETE", f"/{persona.id}")):
            answer = reader.request(method, f"/api/personas{path}", json=PERSONA)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
