"""People: the first owner, more people, passwords and tokens."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import makers
from pressrun.actions import users
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.user import Role
from pressrun.store import sessions, tokens
from pressrun.store.database import Store

EMAIL, PASSWORD = "Alice@Example.com ", "long enough"


def test_the_first_person_becomes_the_owner(store: Store) -> None:
    assert users.needs_setup(store)
    owner = users.create_first_owner(store, makers.CHEAP, email=EMAIL, password=PASSWORD)
    assert (owner.role, owner.email, owner.name) == (Role.OWNER, "alice@example.com", "alice")
    assert not users.needs_setup(store)


def test_nobody_becomes_a_second_first_owner(store: Store) -> None:
    users.create_first_owner(store, makers.CHEAP, email=EMAIL, password=PASSWORD)
    with pytest.raises(Problem) as refused:
        users.create_first_owner(store, makers.CHEAP, email="eve@example.com", password="long enough")
    assert (refused.value.status, refused.value.code) == (409, "setup_done")


def test_of_many_first_owners_at_once_one_wins(store: Store) -> None:
    def try_as(number: int) -> bool:
        try:
            users.create_first_owner(
                store, makers.CHEAP, email=f"{number}@example.com", password="long enough"
            )
        except Problem:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(try_as, range(6))) == 1


@pytest.mark.parametrize("email", ["alice", "a b@c", "@", "a@", "@b", "a@b@c", "a\0@b.c", f"{'x' * 251}@b.c"])
def test_what_is_no_email_is_refused(store: Store, email: str) -> None:
    with pytest.raises(Problem) as refused:
        users.create(store, makers.CHEAP, email=email, password="long enough")
    assert refused.value.code == "email_malformed"


def test_both_wrong_fields_are_named_at_once(store: Store) -> None:
    with pytest.raises(Problem) as refused:
        users.create(store, makers.CHEAP, email="alice", password="ninechars")
    assert [(flaw.field, flaw.code) for flaw in refused.value.flaws] == [
        ("email", "email_malformed"),
        ("password", "password_too_short"),
    ]


def test_an_email_is_used_once_however_it_is_written(store: Store) -> None:
    users.create(store, makers.CHEAP, email=EMAIL, password=PASSWORD)
    with pytest.raises(Problem) as refused:
        users.create(store, makers.CHEAP, email="ALICE@EXAMPLE.COM", password="long enough")
    assert refused.value.code == "email_taken"


def test_a_password_is_kept_as_an_argon2id_hash(store: Store) -> None:
    user = users.create(store, makers.CHEAP, email=EMAIL, password=PASSWORD)
    assert user.password_hash.startswith("$argon2id$")
    assert makers.CHEAP.fits("long enough", user.password_hash)
    assert not makers.CHEAP.fits("long enougj", user.password_hash)
    assert not makers.CHEAP.fits("long enough", None)


def test_a_new_password_ends_every_session(store: Store) -> None:
    user = makers.make_user(store)
    token = makers.make_session(store, user)
    with pytest.raises(Problem) as refused:
        users.change_password(store, makers.CHEAP, user.id, old="wrong", new="another password")
    assert refused.value.code == "bad_credentials"
    users.change_password(store, makers.CHEAP, user.id, old=makers.PASSWORD, new="another password")
    with store.read() as tx:
        assert sessions.find(tx, token) is None


def test_a_person_chooses_language_and_theme(store: Store) -> None:
    user = makers.make_user(store)
    assert user.language is None
    assert users.set_language(store, user.id, Language.EN).language is Language.EN
    assert users.set_theme(store, user.id, "dark").theme == "dark"
    with pytest.raises(Problem) as refused:
        users.set_theme(store, user.id, "neon")
    assert refused.value.code == "field_invalid"


def test_a_token_is_kept_as_a_hash_and_found_by_its_text(store: Store) -> None:
    user = makers.make_user(store)
    text, token = users.create_token(store, email="ALICE@example.com", name="ci", scope="publish")
    with store.read() as tx:
        assert tokens.find(tx, text) == (token, user)
        assert tokens.find(tx, text + "x") is None
        assert tokens.of_user(tx, user.id) == [token]
        rows = tx.rows(tokens.schema.api_token.select())
    assert text not in str(rows)
    with store.transaction() as tx:
        assert not tokens.remove(tx, token.id, user_id="another person")
        assert tokens.remove(tx, token.id, user_id=user.id)
        assert tokens.find(tx, text) is None


@pytest.mark.parametrize(
    ("email", "scope", "code"),
    [("bob@example.com", "all", "user_not_found"), ("alice@example.com", "everything", "field_invalid")],
)
def test_a_token_needs_a_person_and_a_scope(store: Store, email: str, scope: str, code: str) -> None:
    makers.make_user(store)
    with pytest.raises(Problem) as refused:
        users.create_token(store, email=email, name="ci", scope=scope)
    assert refused.value.code == code
