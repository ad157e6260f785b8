"""YouTube, through the Data API (S4.6)."""

from pressrun.connectors.publishers.youtube.publisher import YouTube

__all__ = ["YouTube"]
