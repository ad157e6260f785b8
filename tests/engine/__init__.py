"""The engine: durable work, stages, leases, the dispatcher."""
