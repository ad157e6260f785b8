"""`pressrun user`: make a login or a new password without a browser, also while Pressrun runs."""

import argparse
import getpass
import sys
from typing import Any

from pressrun.actions import users
from pressrun.actions.passwords import Passwords
from pressrun.cli.ready import ready_store
from pressrun.domain.user import Role
from pressrun.settings import Settings


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("user", help="make logins")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make a login and print its id")
    create.add_argument("--email", required=True)
    create.add_argument("--name", default="", help="what others see; otherwise the part before the @")
    create.add_argument("--role", choices=[role.value for role in Role], default=Role.EDITOR.value)
    create.set_defaults(run=create_user)
    password = verbs.add_parser("password", help="give a login another password; its sessions end")
    password.add_argument("--email", required=True)
    password.set_defaults(run=set_password)
    for verb in (create, password):
        verb.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )


def create_user(given: argparse.Namespace) -> int:
    """Makes the login."""
    store = ready_store(Settings())
    if store is None:
        return 1
    user = users.create(
        store,
        Passwords(),
        email=given.email,
        password=_password(given),
        name=given.name,
        role=Role(given.role),
    )
    print(user.id)
    return 0


def set_password(given: argparse.Namespace) -> int:
    """Sets the password, whatever it was."""
    store = ready_store(Settings())
    if store is None:
        return 1
    user = users.reset_password(store, Passwords(), email=given.email, new=_password(given))
    print(user.id)
    return 0


def _password(given: argparse.Namespace) -> str:
    return sys.stdin.readline().rstrip("\r\n") if given.password_stdin else getpass.getpass()
