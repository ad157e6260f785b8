"""Structured logs, one line of JSON each, or a readable line on a terminal."""

import logging
import sys

import structlog


def configure(*, readable: bool | None = None) -> None:
    """Sends all logs to standard error. `readable` for people; None decides by the terminal."""
    for_people = sys.stderr.isatty() if readable is None else readable
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    # Their request lines carry addresses, and addresses may carry tokens.
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
