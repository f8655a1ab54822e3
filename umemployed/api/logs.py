"""What must not reach the logs."""

from __future__ import annotations

import logging


class PathOnly(logging.Filter):
    """Cuts the query off every path that a record tells: it may hold what does not belong in logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its arguments shortened."""
        if isinstance(record.args, tuple):
            record.args = tuple(without_query(value) for value in record.args)
        return True


def without_query(value: object) -> object:
    """Return a path up to its question mark, anything else as it is."""
    return value.partition("?")[0] if isinstance(value, str) and value.startswith("/") else value
