"""The pages and the HTTP API: translates between HTTP and the actions, and decides nothing."""
