"""Media stores, one file per provider."""
