"""Instagram: feed images, carousels, reels and stories, through either flavour of its login."""

from pressrun.connectors.publishers.instagram.hosts import Hosts
from pressrun.connectors.publishers.instagram.publisher import Instagram

__all__ = ["Hosts", "Instagram"]
