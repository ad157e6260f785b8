"""Hearing what other processes committed: PostgreSQL's LISTEN, in a thread of its own (DESIGN.md 11)."""

import threading

import psycopg
import structlog

from pressrun.store.database import CHANNEL, Store

log = structlog.get_logger()

PATIENCE_SECONDS = 1.0
RECONNECT_SECONDS = 2.0


class Listener:
    """Wakes the listeners of `store` whenever any process commits events. Reconnects by itself."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begins to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Ends within about a second."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except psycopg.OperationalError:
                # Whoever waits also polls, so a lost connection costs a second and no event.
                log.warning("listener.reconnects")
                self._ended.wait(RECONNECT_SECONDS)

    def _listen(self) -> None:
        url = self._store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while not self._ended.is_set():
                for _ in connection.notifies(timeout=PATIENCE_SECONDS, stop_after=1):
                    self._store.announce()
