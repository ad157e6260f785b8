"""What the tests of the frame share: the project, and a copy of it with nothing installed."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture
def bare_checkout(project: Path, tmp_path: Path) -> Path:
    """A copy of what bin/setup reads, with nothing installed."""
    names = [
        "uv.lock",
        "pyproject.toml",
        "hatch_build.py",
        "frontend/package-lock.json",
        "frontend/shipped.toml",
    ]
    for name in ["bin/setup", *names]:
        target = tmp_path / "checkout" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((project / name).read_bytes())
    (tmp_path / "checkout/bin/setup").chmod(0o755)
    (tmp_path / "checkout/src/pressrun").mkdir(parents=True)
    return tmp_path / "checkout"
