"""People: the first owner, more people, their choices, and their API tokens."""

import re
import secrets

from pressrun.actions.passwords import Passwords
from pressrun.domain.persona import Language
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.user import SCOPES, Role
from pressrun.store import sessions, tokens, users
from pressrun.store.database import Store
from pressrun.store.tokens import ApiToken
from pressrun.store.users import User

THEMES = ("system", "light", "dark")

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


def normal_email(email: str) -> str:
    """The e-mail as it is kept and compared. Raises `Problem` `email_malformed`."""
    normal = email.strip().lower()
    if len(normal) > 254 or not _EMAIL.fullmatch(normal):
        raise Problem.invalid("email_malformed", field="email")
    return normal


def create(
    store: Store, passwords: Passwords, *, email: str, password: str, name: str = "", role: Role = Role.EDITOR
) -> User:
    """A new person. Raises `Problem` `email_malformed`, `password_too_short` or `email_taken`."""
    address, password_hash = _checked(passwords, email, password)
    with store.transaction() as tx:
        return users.add(tx, email=address, name=_name(name, address), role=role, password_hash=password_hash)


def create_first_owner(
    store: Store, passwords: Passwords, *, email: str, password: str, name: str = ""
) -> User:
    """The person who sets Pressrun up. Raises `Problem` (409) `setup_done` where anyone exists already."""
    with store.read() as tx:
        _need_nobody(users.count(tx))
    address, password_hash = _checked(passwords, email, password)
    with store.transaction() as tx:
        users.lock(tx)
        _need_nobody(users.count(tx))
        return users.add(
            tx, email=address, name=_name(name, address), role=Role.OWNER, password_hash=password_hash
        )


def needs_setup(store: Store) -> bool:
    """Whether nobody has a login yet."""
    with store.read() as tx:
        return users.count(tx) == 0


def change_password(store: Store, passwords: Passwords, user_id: str, *, old: str, new: str) -> None:
    """A new password; every session of the person ends. Raises `Problem` `bad_credentials`."""
    with store.read() as tx:
        user = users.get(tx, user_id)
    if not passwords.fits(old, user.password_hash):
        raise Problem.invalid("bad_credentials", field="old")
    password_hash = passwords.hash(new)
    with store.transaction() as tx:
        users.change(tx, user_id, password_hash=password_hash)
        sessions.remove_all_of(tx, user_id)


def reset_password(store: Store, passwords: Passwords, *, email: str, new: str) -> User:
    """A new password for someone who forgot theirs; every session of the person ends. Raises `Problem`."""
    address, password_hash = _checked(passwords, email, new)
    with store.transaction() as tx:
        user = users.find_by_email(tx, address)
        if user is None:
            raise Problem.not_found("user_not_found")
        users.change(tx, user.id, password_hash=password_hash)
        sessions.remove_all_of(tx, user.id)
        return user


def set_language(store: Store, user_id: str, language: Language) -> User:
    """The language a person reads."""
    with store.transaction() as tx:
        return users.change(tx, user_id, language=language.value)


def set_theme(store: Store, user_id: str, theme: str) -> User:
    """How the pages look to a person: one of `THEMES`."""
    if theme not in THEMES:
        raise Problem.invalid("field_invalid", field="theme", reason=", ".join(THEMES))
    with store.transaction() as tx:
        return users.change(tx, user_id, theme=theme)


def create_token(store: Store, *, email: str, name: str, scope: str) -> tuple[str, ApiToken]:
    """An API token for a person, as text that is never shown again, with its row."""
    if scope not in SCOPES:
        raise Problem.invalid("field_invalid", field="scope", reason=", ".join(SCOPES))
    token = f"pr_{secrets.token_urlsafe(32)}"
    with store.transaction() as tx:
        user = users.find_by_email(tx, normal_email(email))
        if user is None:
            raise Problem.not_found("user_not_found")
        return token, tokens.add(tx, token, user_id=user.id, name=name[:200], scope=scope)


def _checked(passwords: Passwords, email: str, password: str) -> tuple[str, str]:
    flaws: list[Flaw] = []
    address = password_hash = ""
    try:
        address = normal_email(email)
    except Problem as problem:
        flaws.extend(problem.flaws)
    try:
        password_hash = passwords.hash(password)
    except Problem as problem:
        flaws.extend(problem.flaws)
    if flaws:
        raise Problem(*flaws)
    return address, password_hash


def _name(name: str, address: str) -> str:
    return (name.strip() or address.partition("@")[0])[:200]


def _need_nobody(people: int) -> None:
    if people:
        raise Problem.conflict("setup_done")
