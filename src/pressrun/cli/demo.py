"""`pressrun demo`: the sandbox and Pressrun side by side, with sample personas.

Both run as processes of their own, and everything goes through the HTTP API, as a person's program would.
"""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Any

from pressrun.cli.demo_house import DemoHouse, NotStarted
from pressrun.cli.demo_once import publish_once
from pressrun.cli.demo_people import settle_in
from pressrun.settings import Settings

EMAIL = "demo@pressrun.local"
STOPPED = 130
"""The exit status of what a person stopped before it was done."""
DEFAULT_TITLE = "비 오는 날, 집에서 즐기는 핸드드립 커피"


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("demo", help="Pressrun with the sandbox and sample personas")
    parser.add_argument("--once", action="store_true", help="publish one of each kind, print links, exit")
    parser.add_argument("--json", action="store_true", help="with --once: one JSON object a line")
    parser.add_argument("--title", default=DEFAULT_TITLE, help="with --once: what the posts are about")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Starts both, settles the sample personas in, and stays; or publishes once and ends."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return STOPPED


def _run(arguments: argparse.Namespace) -> int:
    settings = Settings()
    chosen = settings.demo_password.get_secret_value()
    password = chosen or secrets.token_urlsafe(12)
    with DemoHouse(settings) as house:
        try:
            house.start()
        except NotStarted as trouble:
            print(trouble, file=sys.stderr)
            return 1
        with house.sign_in(EMAIL, password) as client:
            if arguments.once:
                return publish_once(client, house, title=arguments.title, as_json=arguments.json)
            settle_in(client, house)
        _welcome(settings, password, is_chosen=bool(chosen), log=house.log_path)
        return house.wait()


def _welcome(settings: Settings, password: str, *, is_chosen: bool, log: Path) -> None:
    shown = "PRESSRUN_DEMO_PASSWORD" if is_chosen else password
    print(f"\n  Pressrun   http://{settings.host}:{settings.port}")
    print(f"  Sandbox    http://127.0.0.1:{settings.sandbox_port}")
    print(f"  Login      {EMAIL}")
    print(f"  Password   {shown}")
    print(f"  Log        {log}")
    print("\n  Ctrl+C 로 멈춰요 · Ctrl+C stops it\n", flush=True)
