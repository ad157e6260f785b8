"""What the tests of media share."""

import pytest

from rendering.corpus import Corpus


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Good and broken files by name."""
    return Corpus(tmp_path_factory.mktemp("corpus"))
