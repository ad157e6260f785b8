"""The command line, one file per command, each imported only when it is asked for."""

import argparse
import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from pydantic import ValidationError

from pressrun.domain.problems import Problem

COMMANDS = {
    "up": "web and worker in one process",
    "web": "the web server alone (PostgreSQL)",
    "worker": "a worker alone (PostgreSQL)",
    "migrate": "bring the database to this version's schema",
    "doctor": "check database, media, public address, clock and logins",
    "user": "make logins",
    "token": "make API tokens",
    "demo": "Pressrun with the sandbox and sample personas",
    "sandbox": "stand-ins for every outside service",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="pressrun", description="Self-hosted content autopilot.")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = given[0] if given and given[0] in COMMANDS else None
    for name, about in COMMANDS.items():
        if name == wanted:
            _import(name).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=about)
    chosen = parser.parse_args(given)
    try:
        return chosen.run(chosen)
    except Problem as problem:
        return _explain_problem(problem)
    except ValidationError as error:
        return _explain_settings(error)


def _import(name: str) -> ModuleType:
    # What imports make stays for good: looking through it for garbage is an eighth of a start.
    gc.disable()
    command = importlib.import_module(f"pressrun.cli.{name}")
    gc.freeze()
    gc.enable()
    return command


def _explain_problem(problem: Problem) -> int:
    from pressrun.domain.messages import full_text

    for flaw in problem.flaws:
        print(full_text(flaw.code, "en", flaw.values), file=sys.stderr)
        print(full_text(flaw.code, "ko", flaw.values), file=sys.stderr)
    return 1


def _explain_settings(error: ValidationError) -> int:
    for detail in error.errors():
        # A setting with a name of its own is located by that name, any other by its field.
        name = str(detail["loc"][0]) if detail["loc"] else "?"
        variable = name if name.isupper() else f"PRESSRUN_{name.upper()}"
        print(f"{variable}: {detail['msg']}", file=sys.stderr)
    return 2
