"""Text models, one file per provider."""
