"""`pressrun user create`: a login without a browser, also while Pressrun runs."""

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
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Makes the login."""
    store = ready_store(Settings())
    if store is None:
        return 1
    password = sys.stdin.readline().rstrip("\r\n") if given.password_stdin else getpass.getpass()
    user = users.create(
        store, Passwords(), email=given.email, password=password, name=given.name, role=Role(given.role)
    )
    print(user.id)
    return 0
