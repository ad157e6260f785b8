"""Benches: what Pressrun's speed and size are, measured by hand beside a peer (README.md)."""
