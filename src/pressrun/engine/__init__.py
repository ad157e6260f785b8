"""The durable engine behind a small face, and the machinery of exactly once. It is given its tables."""
