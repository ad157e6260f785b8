"""Instagram keeps the publisher contract with every format, in both flavours of login."""

from connectors.contracts.publisher import PublisherContract


class TestInstagram(PublisherContract):
    """Nothing of its own: fixtures are in conftest.py."""
