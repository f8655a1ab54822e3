"""Sending a search to PostgreSQL: with the planner's traps closed, and an end to its patience."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Unavailable

PATIENCE_MS = 3_000
CANCELLED = "57014"


class SearchTooSlow(Unavailable):
    code = "search_too_slow"
    title = _("The search took too long")
    cause = _("The search was given up: it asks for more than can be found in time, or the server is very busy.")
    cure = _("Narrow the search by a word or a filter, or try again after `Retry-After` seconds.")


def ask(statement: str, params: dict[str, Any], *forbidden: str) -> list[tuple[Any, ...]]:
    """Return the rows. ``forbidden`` are ways of the planner (seqscan, bitmapscan). Raises SearchTooSlow.

    All goes in one round trip, which PostgreSQL takes as one transaction, so nothing of the settings stays,
    also behind PgBouncer. Within a longer transaction they last until its end: there, time is left unlimited.
    Neither compiling nor further processes pay for statements of milliseconds, and both make them uneven.
    """
    settings = ["jit = off", "max_parallel_workers_per_gather = 0", *(f"enable_{way} = off" for way in forbidden)]
    if not connection.in_atomic_block:
        settings.append(f"statement_timeout = {PATIENCE_MS}")
    prefix = "".join(f"SET LOCAL {setting}; " for setting in settings)
    try:
        with connection.cursor() as cursor:
            cursor.execute(prefix + statement, params)
            return cursor.fetchall()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != CANCELLED:
            raise
        raise SearchTooSlow(headers={"Retry-After": "5"}) from error
