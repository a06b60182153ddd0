"""Logs that cannot hold a person: a field that is not on the list is refused in tests and dropped in production."""

import contextlib
import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

ALLOWED: Mapping[str, str] = {
    "event": "what happened, in fixed words",
    "level": "how serious it is",
    "timestamp": "when",
    "part": "which part of Waymark",
    "kind": "the name of an error's class",
    "method": "of a request",
    "route": "the pattern of the address that was asked for, such as /documents/{document_id}",
    "status": "of the response",
    "took_ms": "how long it took, in milliseconds",
    "answered": "whether a question was answered",
    "reason": "the code of a decline",
    "document": "the id of a document",
    "version": "of a document",
    "count": "how many",
    "total": "of how many",
    "code": "the exit status of a process",
}
"""Every field that a log line may have. None can hold what a person wrote."""


class RefusedField(ValueError):
    """A log line was given a field that is not on the list."""


def only_allowed(logger: Any, name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let only the fields of `ALLOWED` through, with plain short values.

    Under pytest another field raises `RefusedField`, so that it never gets into a release; in production it is dropped.
    """
    refused = [field for field in line if field not in ALLOWED]
    if refused and "PYTEST_VERSION" in os.environ:
        raise RefusedField(f"A log line may not have {', '.join(refused)}; the list is in waymark/app/logs.py.")
    for field in refused:
        del line[field]
    for field, value in line.items():
        if not isinstance(value, bool | int | float | None):
            line[field] = str(value)[:200]
    return line


class _Lines:
    """Writes lines to a stream, standard error unless one is given. A line that cannot be written stops nothing."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):  # a full disk, a reader that has gone, a closed stream
            print(line, file=self._stream or sys.stderr, flush=True)

    debug = info = warning = error = critical = msg


def configure(stream: Any = None) -> None:
    """Set up the log of the process: one line an event, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Lines(stream),
        cache_logger_on_first_use=False,
    )


def log() -> Any:
    """Return the log."""
    return structlog.get_logger()
