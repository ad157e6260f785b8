"""Notifiers: how people hear of something when no page is open."""
