"""Media made and checked on this machine: probing, conversion, title cards."""
