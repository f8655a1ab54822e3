"""The worker's part of an import: claimed by a lease, written in batches, taken up again where a dead worker left it.

A batch is one transaction: its postings, its rows of the report, the position, and the longer lease. So a kill at any
moment leaves whole batches only, and whoever comes next goes on behind the last of them. ``claims`` is the fence: a
worker that was only slow, and whose lease another has taken, writes nothing any more.
"""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from companies.models import Company
from companies.rights import Right, require
from jobs.importing.importer import ImportReport, ImportRun, RowReport, room_of
from jobs.importing.mapping import mapping_of
from jobs.importing.models import JobImport, JobImportRow
from jobs.importing.parsing import ID_LIMIT, external_id_of
from jobs.importing.reading import UnreadableFile, count_units, newline_of, units_of
from jobs.importing.rows import Row
from jobs.importing.services import counts_of, end_import, fail_import, hand_over, tell_progress
from jobs.importing.vocabulary import UNFINISHED, ImportProblem, ImportStatus
from umemployed.api.errors import Forbidden, NotFound
from umemployed.files.gateways import store

BATCH = 200  # rows of one transaction
GATHER = 5.0  # seconds after which a smaller batch is written, so that slow pages show progress
SLICE = 40.0  # seconds of one task; then it goes to the end of the queue
LEASE = timedelta(seconds=60)  # longer than gathering (a page takes up to ten) and writing a batch
MOST_ATTEMPTS = 5
MOST_ROWS = 20_000
MOST_ADDRESSES = 500
PATIENCE = timedelta(seconds=30)


class Overtaken(Exception):
    """The import was cancelled, deleted, or taken by another worker."""


def work_off(*, import_id: int, seconds: float = SLICE) -> bool:
    """Work on one import for so long; say whether it is done. Whoever finds it taken, or ended, does nothing."""
    job_import = claim(import_id)
    if job_import is None:
        return False
    try:
        is_done = go_on(job_import, time.monotonic() + seconds)
    except Overtaken:
        return False
    except UnreadableFile as error:
        fail_import(import_id, job_import.claims, ImportProblem.UNREADABLE_FILE, str(error))
        return False
    except TooManyRows:
        fail_import(import_id, job_import.claims, ImportProblem.TOO_MANY_ROWS)
        return False
    except (NotFound, Forbidden):
        fail_import(import_id, job_import.claims, ImportProblem.RIGHT_LOST)
        return False
    if not is_done:
        JobImport.objects.filter(pk=import_id, claims=job_import.claims).update(leased_until=None)
        hand_over(import_id)
    return is_done


class TooManyRows(Exception):
    """More than one import takes."""


def claim(import_id: int) -> JobImport | None:
    """Take the lease of an unfinished import that nobody holds; None where there is nothing to do."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    mine = JobImport.objects.filter(free, pk=import_id, status__in=UNFINISHED)
    taken = mine.update(
        status=ImportStatus.RUNNING,
        claims=F("claims") + 1,
        attempts=F("attempts") + 1,
        leased_until=now + LEASE,
        updated_at=now,
    )
    if not taken:
        return None
    job_import = JobImport.objects.select_related("company", "started_by", "file").get(pk=import_id)
    if job_import.attempts > MOST_ATTEMPTS:
        fail_import(import_id, job_import.claims, ImportProblem.WORKER_LOST)
        return None
    if job_import.file is None:
        fail_import(import_id, job_import.claims, ImportProblem.FILE_GONE)
        return None
    return job_import


def go_on(job_import: JobImport, deadline: float) -> bool:
    """Write batch after batch until the deadline; say whether that was all."""
    data = bytes_of(job_import)
    if job_import.total is None:
        job_import.total = counted(data, job_import)
    run = run_of(job_import)
    units = units_of(text_of(data, job_import.kind), job_import.kind, skip=job_import.position)
    checks = job_import.position == 0
    while batch := gathered(units):
        if checks:
            checks = not checked_columns(run, batch)
        write_batch(job_import, run, batch)
        if time.monotonic() > deadline:
            return False
    finish(job_import)
    return True


def bytes_of(job_import: JobImport) -> bytes:
    """Return the file's bytes, 5 MiB at most."""
    with store().open(job_import.file.key) as stream:  # type: ignore[union-attr]  # claim() looked
        return stream.read()


def text_of(data: bytes, kind: str) -> io.TextIOWrapper:
    """Return the text of a file; a byte that is no UTF-8 marks its row, as in ``reading``."""
    return io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "surrogateescape", newline_of(kind))


def counted(data: bytes, job_import: JobImport) -> int:
    """Return how many units the file has. Raises UnreadableFile and TooManyRows."""
    total = count_units(text_of(data, job_import.kind), job_import.kind)
    if total == 0:
        raise UnreadableFile("The file is empty: there is no row in it.")
    if total > (MOST_ADDRESSES if job_import.kind == "addresses" else MOST_ROWS):
        raise TooManyRows
    return total


def run_of(job_import: JobImport) -> ImportRun:
    """Return the importer, which knows nothing of batches; one for a slice."""
    return ImportRun(
        job_import.started_by,
        job_import.company,
        mapping_of(job_import.mapping),
        job_import.publishes,
        room=0,
        allow_duplicates=job_import.allows_duplicates,
        is_rehearsal=job_import.is_dry_run,
    )


def gathered(units: Iterator[list[Row]]) -> list[list[Row]]:
    """Return the next units, as many as have BATCH rows or come within GATHER seconds; no transaction is open."""
    batch: list[list[Row]] = []
    rows, until = 0, time.monotonic() + GATHER
    for unit in units:
        batch.append(unit)
        rows += len(unit)
        if rows >= BATCH or time.monotonic() > until:
            break
    return batch


def checked_columns(run: ImportRun, batch: list[list[Row]]) -> bool:
    """Check the first row that can be read against the mapping; say whether there was one. Raises UnreadableFile."""
    for unit in batch:
        for row in unit:
            if not row.fault:
                run.check_columns(row)
                return True
    return False


@transaction.atomic
def write_batch(job_import: JobImport, run: ImportRun, batch: list[list[Row]]) -> None:
    """Write one batch whole, with its report and the position. Raises Overtaken, NotFound, Forbidden, TooManyRows."""
    mine = locked_company_and_import(job_import)
    if mine.started_by is None:
        raise Forbidden
    require(mine.started_by, mine.company_id, Right.POST_JOBS)
    rows = [row for unit in batch for row in unit]
    if mine.rows_seen + len(rows) > MOST_ROWS:
        raise TooManyRows
    report = judged(mine, run, rows)
    keep_report(mine, report)
    count(mine, report)
    mine.total, mine.position = job_import.total, mine.position + len(batch)
    mine.leased_until, mine.attempts = timezone.now() + LEASE, 0
    mine.save()
    tell_progress(mine)


def locked_company_and_import(job_import: JobImport) -> JobImport:
    """Lock the company, under which its live postings are true, then the import. Raises Overtaken."""
    company = Company.objects.select_for_update(no_key=True).filter(pk=job_import.company_id).first()
    rows = JobImport.objects.select_for_update(of=("self",)).select_related("started_by")
    mine = rows.filter(pk=job_import.pk, claims=job_import.claims, status=ImportStatus.RUNNING).first()
    if company is None or mine is None:
        raise Overtaken
    mine.company = company
    return mine


def judged(mine: JobImport, run: ImportRun, rows: list[Row]) -> list[RowReport]:
    """Write the rows, or rehearse it and take it back; return what became of each, in order."""
    run.company = run.twins.company = mine.company
    run.report, run.parsed = ImportReport(), []
    run.seen = seen_before(mine, run, rows)
    run.room = room_left(mine)
    with transaction.atomic():
        for number, row in enumerate(rows, mine.rows_seen + 1):
            run.take(number, row)
        run.write(run.parsed)
        if mine.is_dry_run:
            transaction.set_rollback(True)
    return sorted(run.report.rows, key=lambda row: row.number)


def room_left(mine: JobImport) -> int | None:
    """Return how many more may go live; what a dry run would have published counts."""
    room = room_of(mine.company)
    return max(0, room - mine.published_count) if room is not None and mine.is_dry_run else room


def seen_before(mine: JobImport, run: ImportRun, rows: list[Row]) -> dict[str, tuple[int, str]]:
    """Return the first row of each id that stood in an earlier batch, and what it said."""
    ids = {external_id_of(row.cells, run.mapping) for row in rows} - {""}
    first = JobImportRow.objects.filter(job_import=mine, external_id__in=ids).exclude(digest="")
    return {
        external: (number, digest) for external, number, digest in first.values_list("external_id", "number", "digest")
    }


def keep_report(mine: JobImport, report: list[RowReport]) -> None:
    """Write the report's rows; of a dry run they name no posting."""
    JobImportRow.objects.bulk_create(
        JobImportRow(
            job_import=mine,
            number=row.number,
            external_id=row.external_id[:ID_LIMIT],
            outcome=row.outcome,
            field=row.column[:500],
            cause=row.cause,
            detail=row.reason[:4000],
            is_published=row.published,
            duplicates=row.duplicates,
            job=None if mine.is_dry_run and row.outcome == "created" else row.job,
            digest=row.digest,
        )
        for row in report
    )


def count(mine: JobImport, report: list[RowReport]) -> None:
    """Add a batch's outcomes to the sums."""
    outcomes = Counter(str(row.outcome) for row in report)
    outcomes["published"] = sum(row.published for row in report)
    for name, before in counts_of(mine).items():
        setattr(mine, f"{name}_count", before + outcomes[name])
    mine.rows_seen += len(report)


@transaction.atomic
def finish(job_import: JobImport) -> None:
    """Note that every row is accounted for. Raises Overtaken."""
    mine = locked_company_and_import(job_import)
    end_import(mine, ImportStatus.DONE, actor=mine.started_by)


def sweep() -> int:
    """Hand over again what a dead worker or broker left; returns how many."""
    now = timezone.now()
    lost = Q(leased_until=None, updated_at__lt=now - PATIENCE) | Q(leased_until__lt=now)
    keys = list(JobImport.objects.filter(lost, status__in=UNFINISHED).order_by("pk").values_list("pk", flat=True)[:100])
    for import_id in keys:
        hand_over(import_id)
    return len(keys)
