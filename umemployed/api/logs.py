"""What must not reach the logs."""

from __future__ import annotations

import logging
import re
from typing import Any

# A path's segment that is as long as our secrets (43 characters and more); public ids have 36.
SECRET = re.compile(r"(?<=/)[\w.~%-]{40,}")

# What ends a line or steers a terminal (C0, C1, the Unicode separators): one record is one line.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class OneLine(logging.Formatter):
    """Writes a record as one line, whatever came from outside; a trace follows, indented, as no line of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line, its control characters escaped."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the trace: an exception's words may come from outside, too."""
        return "\n".join(f"  {escaped(line)}" for line in super().formatException(ei).split("\n"))


def escaped(text: str) -> str:
    """Return the text with line feeds, escapes and the like spelled out."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class PathOnly(logging.Filter):
    """Cuts the query off every path that a record tells, and secrets out of it: neither belongs in logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its arguments shortened."""
        if isinstance(record.args, tuple):
            record.args = tuple(shortened(value) for value in record.args)
        return True


class WithoutTrace(logging.Filter):
    """Takes the trace off what was refused on purpose: a 403 is no fault of ours, and one line tells it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass; errors keep their trace."""
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True


class NothingDue(logging.Filter):
    """Drops the line that the clock writes for every task that falls due, several a second."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        return not (record.levelno <= logging.INFO and str(record.msg).startswith("Scheduler: Sending due task"))


def shortened(value: object) -> object:
    """Return a path as it may be told, anything else as it is."""
    return loggable(value) if isinstance(value, str) and value.startswith("/") else value


def loggable(path: str) -> str:
    """Return a path up to its question mark, with … in place of segments that may be secrets (a mailed link's)."""
    return SECRET.sub("…", path.partition("?")[0])
