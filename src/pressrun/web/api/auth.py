"""`/api/auth`: signing in and out, and who I am (S4.5)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, StringConstraints

from pressrun.actions import sessions
from pressrun.domain.persona import Language
from pressrun.domain.user import Right, Role
from pressrun.store.users import User
from pressrun.web.auth import (
    Reader,
    clear_session_cookie,
    same_site,
    set_session_cookie,
    sign_in,
)
from pressrun.web.deps import InStore
from pressrun.web.openapi import EVERYWHERE, errors

router = APIRouter(prefix="/api/auth", tags=["auth"], responses=EVERYWHERE)


class Credentials(BaseModel):
    """What a person signs in with."""

    email: Annotated[str, StringConstraints(max_length=1000)]
    password: Annotated[str, StringConstraints(max_length=4000)]
    stay: bool = False


class Person(BaseModel):
    """Who is signed in."""

    id: str
    email: str
    name: str
    role: Role


class SignedInPerson(BaseModel):
    """The answer to a login."""

    user: Person


class Me(SignedInPerson):
    """Who asks, and what they may do."""

    rights: list[Right]
    language: Language | None
    theme: str


@router.post("/login", dependencies=[Depends(same_site)], responses=errors(429))
async def login(credentials: Credentials, request: Request, response: Response) -> SignedInPerson:
    """Signs a person in: the answer sets the `sessionId` cookie."""
    signed_in = await sign_in(
        request, email=credentials.email, password=credentials.password, stay=credentials.stay
    )
    set_session_cookie(request, response, signed_in, stay=credentials.stay)
    return SignedInPerson(user=_person(signed_in.user))


@router.post("/logout")
def logout(visitor: Reader, request: Request, response: Response, store: InStore) -> dict[str, Any]:
    """Ends the session of the cookie."""
    if visitor.session_token:
        sessions.sign_out(store, visitor.session_token)
    clear_session_cookie(request, response)
    return {"success": True}


@router.get("/me")
def me(visitor: Reader) -> Me:
    """Who is signed in."""
    return Me(
        user=_person(visitor.user),
        rights=sorted(visitor.caller.rights),
        language=visitor.user.language,
        theme=visitor.user.theme,
    )


def _person(user: User) -> Person:
    return Person(id=user.id, email=user.email, name=user.name, role=user.role)
