"""`pressrun token create`: an API token, shown once."""

import argparse
import sys
from typing import Any

from pressrun.actions import users
from pressrun.cli.ready import ready_store
from pressrun.domain.persona import Language
from pressrun.domain.problems import Problem
from pressrun.domain.user import SCOPES
from pressrun.settings import Settings
from pressrun.web import wording


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("token", help="make API tokens")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make a token and print it; it is never shown again")
    create.add_argument("--user", required=True, metavar="EMAIL", help="the person it acts for")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", choices=sorted(SCOPES), default="all")
    create.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Makes the token."""
    store = ready_store(Settings())
    if store is None:
        return 1
    try:
        token, _ = users.create_token(store, email=given.user, name=given.name, scope=given.scope)
    except Problem as problem:
        if problem.code != "user_not_found":
            raise
        for language in (Language.EN, Language.KO):
            print(wording.what_happened(problem.code, language), file=sys.stderr)
        return 1
    print(token)
    return 0
