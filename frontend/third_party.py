"""Finds third-party code, fonts and archives among the files that git keeps: lockfiles bring those.

`python frontend/third_party.py` prints what it finds and ends with 1 if there is any.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

FOLDERS = frozenset({"vendor", "node_modules", "third_party", "bower_components", "site-packages"})
SUFFIXES = frozenset(
    {".woff", ".woff2", ".otf", ".ttf", ".ttc", ".eot"}
    | {".whl", ".zip", ".gz", ".tgz", ".xz", ".7z", ".jar"}
    | {".so", ".dylib", ".dll", ".exe", ".a", ".o", ".wasm"}
    | {".map", ".mo"}
)
SCRIPT_SUFFIXES = frozenset({".js", ".mjs", ".cjs", ".css"})
MARKS = ("/*!", "@license", "@preserve", "sourceMappingURL", "@copyright")
LONGEST_LINE = 2_000
"""Characters; people do not write longer lines of script or style, minifiers do."""


def tracked_files(root: Path) -> list[str]:
    """Files that git has or would add at `root`; CalledProcessError where there is no git work tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()]


def reason(root: Path, name: str) -> str | None:
    """Why the file `name` below `root` looks like somebody else's work, or None."""
    path = PurePosixPath(name)
    if folders := FOLDERS.intersection(path.parts[:-1]):
        return f"in a folder named {min(folders)}"
    if path.suffix.lower() in SUFFIXES:
        return f"a {path.suffix} file"
    if path.suffix.lower() not in SCRIPT_SUFFIXES:
        return None
    if ".min." in path.name:
        return "minified, by its name"
    text = (root / name).read_text(encoding="utf-8", errors="replace")
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return "minified, by the length of its lines"
    marks = [mark for mark in MARKS if mark in text]
    return f"carries the mark {marks[0]} of a published file" if marks else None


def findings(root: Path, names: Iterable[str]) -> list[str]:
    """One line for each file that should come from a lockfile and not from git."""
    return [f"{name}: {why}" for name in names if (why := reason(root, name))]


def main() -> int:
    root = Path(__file__).resolve().parents[1]
    try:
        names = tracked_files(root)
    except (FileNotFoundError, subprocess.CalledProcessError):
        print("Not a git work tree: there is nothing to look through.")
        return 0
    found = findings(root, names)
    print("\n".join(found) or f"{len(names)} files, all our own.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
