"""Pressrun: writes, illustrates, gets approval and publishes each post exactly once, on time."""
