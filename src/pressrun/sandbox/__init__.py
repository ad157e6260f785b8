"""Stand-ins for the outside services that Pressrun talks to, with a switch for every failure.

Nothing here imports the rest of Pressrun: what is tested must not be its own judge.
"""
