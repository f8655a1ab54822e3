"""What must not reach the logs."""

from __future__ import annotations

import logging
import re

# A path's segment that is as long as our secrets (43 characters and more); public ids have 36.
SECRET = re.compile(r"(?<=/)[\w.~%-]{40,}")


class PathOnly(logging.Filter):
    """Cuts the query off every path that a record tells, and secrets out of it: neither belongs in logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its arguments shortened."""
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(value) for value in record.args)
        return True


def shortened(value: object) -> object:
    """Return a path as it may be told, anything else as it is."""
    return loggable(value) if isinstance(value, str) and value.startswith("/") else value


def loggable(path: str) -> str:
    """Return a path up to its question mark, with … in place of segments that may be secrets (a mailed link's)."""
    return SECRET.sub("…", path.partition("?")[0])
