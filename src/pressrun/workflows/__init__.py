"""Durable work, one file per kind, each a readable list of named stages."""
