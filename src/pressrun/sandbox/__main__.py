"""`python -m pressrun.sandbox --port 9100 --state FILE` starts the sandbox alone."""

import argparse
from pathlib import Path

from pressrun.sandbox.app import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m pressrun.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--state", type=Path, default=None, help="SQLite file that outlives a restart")
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port, chosen.state)


if __name__ == "__main__":
    main()
