"""Image models, one file per provider."""
