"""Values, states, rules and decisions in plain Python: nothing here reads a clock, a file or the network."""
