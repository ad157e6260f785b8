"""Making and changing personas in the browser (S2.12)."""

import pytest
from fastapi.testclient import TestClient

import makers
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.store import personas
from pressrun.store.database import Store
from pressrun.store.personas import Persona
from web.pages.reading import HTML, submit

TYPED = {
    "name": "카페 하루",
    "language": "ko",
    "timezone": "Asia/Seoul",
    "channel_type": "동네 카페",
    "style": "다정하게",
    "hashtags": "#카페하루, 성수 #카페하루",
    "approval": "checks",
}


def the_one(store: Store) -> Persona:
    with store.read() as tx:
        (persona,) = personas.listed(tx)
    return persona


def test_a_persona_is_made_and_its_accounts_come_next(bob: TestClient, store: Store) -> None:
    answer = submit(bob, "/accounts/personas", **TYPED)
    persona = the_one(store)
    assert answer.headers["location"] == f"/accounts#persona-{persona.id}"
    assert (persona.name, persona.language, persona.timezone) == ("카페 하루", Language.KO, "Asia/Seoul")
    assert (persona.channel_type, persona.style) == ("동네 카페", "다정하게")
    assert persona.hashtags == ("카페하루", "성수")
    assert persona.approval is ApprovalRule.CHECKS
    assert "이어서 계정을 연결해 주세요" in bob.get("/accounts", headers=HTML).text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 201),
        ("timezone", "Asia/Atlantis"),
        ("timezone", ""),
        ("language", "xx"),
        ("approval", "sometimes"),
        ("channel_type", "x" * 65),
        ("hashtags", " ".join(f"tag{n}" for n in range(31))),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_the_rest_is_kept(
    bob: TestClient, store: Store, field: str, value: str
) -> None:
    page = submit(bob, "/accounts/personas", **(TYPED | {field: value}))
    assert page.status_code == 422
    assert f'id="err-{field}" data-error="{field}">' in page.text
    assert "다정하게" in page.text
    with store.read() as tx:
        assert personas.listed(tx) == []


def test_the_form_of_a_persona_shows_what_it_is_and_saves_what_is_typed(
    bob: TestClient, store: Store
) -> None:
    persona = makers.make_persona(store, "Old name", hashtags=("a", "b"), image_style="warm film")
    page = bob.get(f"/accounts/personas/{persona.id}", headers=HTML).text
    assert 'value="Old name"' in page
    assert 'value="#a #b"' in page
    assert 'value="never" checked' in page
    submit(bob, f"/accounts/personas/{persona.id}", **(TYPED | {"hashtags": "", "style": ""}))
    changed = the_one(store)
    assert (changed.name, changed.hashtags, changed.style) == ("카페 하루", (), "")
    assert changed.image_style == "warm film"


def test_a_persona_without_anything_can_be_removed_and_another_not(bob: TestClient, store: Store) -> None:
    empty = makers.make_persona(store)
    used = makers.make_account(store).persona_id
    assert submit(bob, f"/accounts/personas/{empty.id}/remove").status_code == 303
    assert submit(bob, f"/accounts/personas/{used}/remove").status_code == 409
    assert the_one(store).id == used


def test_who_only_views_makes_no_persona(vera: TestClient, store: Store) -> None:
    assert vera.get("/accounts/personas/new", headers=HTML).status_code == 403
    assert submit(vera, "/accounts/personas", **TYPED).status_code == 403
