"""X, through its API v2: posts and threads."""

from pressrun.connectors.publishers.x.publisher import X

__all__ = ["X"]
