"""The report as CSV, for a spreadsheet: no cell is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from jobs.importing.models import JobImportRow
from jobs.importing.serializers import cure_of

HEADER = ["row", "external_id", "outcome", "published", "job", "field", "code", "cause", "cure", "detail", "duplicates"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """Return the line."""
        return text


def lines(rows: QuerySet[JobImportRow]) -> Iterator[str]:
    """Yield the report line by line; memory of a few hundred rows."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(HEADER)
    for row in rows.iterator(chunk_size=500):
        yield writer.writerow([harmless(cell) for cell in cells_of(row)])


def cells_of(row: JobImportRow) -> list[Any]:
    """Return a row's cells; duplicates by their ids, else external ids."""
    duplicates = " ".join(twin["id"] or twin["external_id"] for twin in row.duplicates)
    job = row.job.public_id if row.job else ""
    return [
        *(row.number, row.external_id, row.outcome, row.is_published, job),
        *(row.field, row.cause, row.get_cause_display(), cure_of(row), row.detail, duplicates),
    ]


def harmless(cell: Any) -> Any:
    """Return a cell that a spreadsheet does not take for a formula (OWASP, "CSV injection")."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
