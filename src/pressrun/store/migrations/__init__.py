"""Migrations: what changes the tables of a database that is in use, in order."""
