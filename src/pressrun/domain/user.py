"""People who use Pressrun, and what each role may do (DESIGN.md 12)."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is to this workspace."""

    OWNER = "owner"
    EDITOR = "editor"
    APPROVER = "approver"
    VIEWER = "viewer"


class Right(StrEnum):
    """What a request needs; also the scopes of API tokens."""

    READ = "read"
    WRITE = "write"
    PUBLISH = "publish"
    APPROVE = "approve"
    ADMIN = "admin"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.EDITOR: frozenset({Right.READ, Right.WRITE, Right.PUBLISH}),
    Role.APPROVER: frozenset({Right.READ, Right.PUBLISH, Right.APPROVE}),
    Role.VIEWER: frozenset({Right.READ}),
}

SCOPES: dict[str, frozenset[Right]] = {
    "read": frozenset({Right.READ}),
    "write": frozenset({Right.READ, Right.WRITE}),
    "publish": frozenset({Right.READ, Right.WRITE, Right.PUBLISH, Right.APPROVE}),
    "admin": frozenset(Right),
    "all": frozenset(Right),
}


def rights(role: Role, scope: str = "all") -> frozenset[Right]:
    """What a person may do through a token of this scope: never more than the person's role."""
    return RIGHTS[role] & SCOPES[scope]
