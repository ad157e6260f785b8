"""What a worker measures for `/metrics`: how late attempts start and how they end (promise 2)."""

from prometheus_client import CollectorRegistry, Counter, Histogram

from pressrun.store.attempts import Attempt

LATENESS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600)


class Meters:
    """The meters of one worker, on the registry that the web answers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lateness = Histogram(
            "pressrun_lateness_seconds",
            "From when an attempt should have started to when it did.",
            buckets=LATENESS_SECONDS,
            registry=registry,
        )
        self._attempts = Counter(
            "pressrun_attempts",
            "Attempts that this worker ended, by outcome.",
            labelnames=["outcome"],
            registry=registry,
        )

    def started(self, attempt: Attempt) -> None:
        """An attempt started."""
        self._lateness.observe(attempt.lateness_seconds)

    def ended(self, outcome: str) -> None:
        """An attempt ended: `published`, or the kind of its failure."""
        self._attempts.labels(outcome).inc()
