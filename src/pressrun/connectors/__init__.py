"""Everything that talks to the outside: one interface per kind, one file per provider, one registry."""
