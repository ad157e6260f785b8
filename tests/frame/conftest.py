"""What the tests of the frame share: where the project lies."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def project() -> Path:
    return Path(__file__).resolve().parents[2]
