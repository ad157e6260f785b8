"""One suite for each kind of connector; every provider of the kind runs it unchanged."""

import pytest

pytest.register_assert_rewrite(
    "connectors.contracts.text_model",
    "connectors.contracts.image_model",
    "connectors.contracts.media_store",
    "connectors.contracts.publisher",
)
