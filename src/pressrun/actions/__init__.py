"""What a person, a route or a clock may ask for: one function, one transaction."""
