"""The reports as tables for spreadsheets, written while they are read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from applications.insight import reports
from applications.querysets import ApplicationQuerySet
from jobs.models import Job

# By these a spreadsheet knows a formula, and what somebody wrote must never become one (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones count, too

Table = tuple[tuple[str, ...], Callable[[ApplicationQuerySet, Job | None], Iterable[dict[str, Any]]]]


def hires(applications: ApplicationQuerySet, job: Job | None) -> list[dict[str, Any]]:
    """Return the two times to hire, a line each."""
    figures = reports.time_to_hire(applications)
    return [{"from": one, "hires": figures["hires"], **figures[f"from_{one}"]} for one in ("application", "posting")]


TABLES: dict[str, Table] = {
    "funnel": (("name", "kind", "entered", "left_forward", "left_back", *reports.OUTCOMES), reports.funnel),
    "time-in-stage": (("name", "kind", "stays", "median_seconds", "p90_seconds"), reports.time_in_stage),
    "time-to-hire": (("from", "hires", "median_seconds", "p90_seconds"), hires),
    "sources": (
        ("name", "applications", "interviews", "hires"),
        lambda applications, job: reports.by_source(applications).iterator(),
    ),
    "jobs": (
        ("job", "title", "applications", "interviews", "hires", "median_to_hire_seconds"),
        lambda applications, job: reports.by_job(applications),
    ),
    "days": (("day", "applications"), lambda applications, job: reports.by_day(applications)),
}


class Line:
    """Where ``csv`` writes: it gives back what it was given."""

    def write(self, text: str) -> str:
        return text


def cell(value: Any) -> Any:
    """Return what stands in a cell: a text that would be a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def lines(report: str, applications: ApplicationQuerySet, job: Job | None) -> Iterator[bytes]:
    """Yield the lines of a table (RFC 4180, UTF-8), the names of its columns first."""
    columns, read = TABLES[report]
    writer = csv.writer(Line())
    yield writer.writerow(columns).encode()
    for row in read(applications, job):
        yield writer.writerow([cell(row[column]) for column in columns]).encode()
