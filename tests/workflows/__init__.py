"""Durable work as a whole: what a run makes, and what becomes of it."""
