"""Scripts without any key or network: honest frames around the topic, never knowledge about it."""

from pressrun.connectors.text_models.offline.writer import OfflineTextModel

__all__ = ["OfflineTextModel"]
