"""The import itself: every row is accounted for, and a second run changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from companies.models import Company
from companies.rights import Right, require
from jobs.events import JobEdited, JobPublished
from jobs.importing.mapping import Mapping
from jobs.importing.parsing import Parsed, Rejected, external_id_of, parse_row
from jobs.importing.reading import UnreadableFile, read_rows
from jobs.importing.rows import Row
from jobs.models import Category, Job, JobLocation, JobVersion, Status, WorkMode
from jobs.pay import latest_rates
from jobs.search.index import index_jobs, next_ordinals
from jobs.services.duplicates import keep_fingerprints
from jobs.services.lifecycle import LIVE_JOBS, count_live_jobs
from jobs.services.posting import placed, settle
from jobs.snapshot import snapshot_of
from jobs.verbs import blockers_of
from subscriptions.entitlements import limits_of
from umemployed.audit.record import record
from umemployed.events.log import publish

BATCH = 500
PARSED_COLUMNS = (
    *("title", "description", "requirements", "benefits", "language", "timezone", "source", "openings", "work_mode"),
    *(
        "source_posted_on",
        "expires_on",
        "expires_at",
        "employment_type",
        "experience_level",
        "category",
        "source_digest",
    ),
    *("salary_min", "salary_max", "salary_currency", "salary_period", "salary_yearly_min", "salary_yearly_max"),
)
STATE_COLUMNS = ("status", "version", "published_at", "search_ord", "updated_at")


@dataclass(frozen=True)
class RowReport:
    """What became of one row (numbered from 1): created, updated, unchanged or rejected, and why."""

    number: int
    external_id: str
    outcome: str
    column: str = ""
    reason: str = ""
    published: bool = False


@dataclass
class ImportReport:
    """All rows in the file's order."""

    rows: list[RowReport] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """Return how many rows had which outcome."""
        return Counter(row.outcome for row in self.rows)


@transaction.atomic
def import_jobs(
    *,
    actor: User | None,
    company: Company,
    path: Path,
    mapping: Mapping,
    publish_rows: bool = False,
    dry_run: bool = False,
    within_quota: bool = True,
    only_public: bool = True,
    progress: Callable[[int], Any] = lambda rows: None,
) -> ImportReport:
    """Write the file's rows as postings of the company, in one transaction; returns what became of each.

    Known by external id, a row is written once: what has not changed is left alone. ``actor`` None is
    the operator of the machine. With ``publish_rows`` drafts go live as far as the plan allows, the
    others stay drafts with a note; ``within_quota=False`` is the operator's explicit exception.
    A dry run does all of it and takes it back. ``only_public`` keeps a list of addresses from asking our own
    network. Raises NotFound, Forbidden, UnreadableFile.
    """
    if actor is not None:
        require(actor, company.pk, Right.POST_JOBS)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    run = ImportRun(actor, company, mapping, publish_rows, room_of(company) if within_quota else None)
    run.parse(path, only_public=only_public)
    for start in range(0, len(run.parsed), BATCH):
        run.write(run.parsed[start : start + BATCH])
        progress(len(run.parsed[start : start + BATCH]))
    record("jobs:imported", actor=actor, target=company, source=mapping.source, **run.report.counts())
    run.report.rows.sort(key=lambda row: row.number)
    if dry_run:
        transaction.set_rollback(True)
    return run.report


def room_of(company: Company) -> int | None:
    """Return how many more postings the plan allows to be live; None is without limit."""
    limit = limits_of(company, timezone.now()).get(LIVE_JOBS, 0)
    return None if limit is None else max(0, limit - count_live_jobs(company))


@dataclass
class ImportRun:
    """One import: what it was asked, what it has read, and what it reports."""

    actor: User | None
    company: Company
    mapping: Mapping
    publish_rows: bool
    room: int | None
    report: ImportReport = field(default_factory=ImportReport)
    parsed: list[tuple[int, Parsed, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rates, self.categories = latest_rates(), {row.slug: row for row in Category.objects.all()}

    def tell(self, number: int, external_id: str, outcome: str, **why: Any) -> None:
        """Account for a row."""
        self.report.rows.append(RowReport(number, external_id, outcome, **why))

    def parse(self, path: Path, *, only_public: bool) -> None:
        """Read the whole file; rows that cannot be used are accounted for here."""
        seen: dict[str, tuple[int, str]] = {}
        number, checked = 0, False
        try:
            for number, row in enumerate(read_rows(path, only_public=only_public), 1):
                if not checked and not row.fault:
                    self.check_columns(row)
                    checked = True
                self.take(number, row, seen)
        except OSError as error:
            raise UnreadableFile(f"{path}: after row {number}: {error}") from error

    def check_columns(self, row: Row) -> None:
        """Refuse a file that lacks a column of the mapping: not one row would be right."""
        missing = self.mapping.columns() - set(row.cells)
        if missing:
            raise UnreadableFile(f"the file has no column {', '.join(sorted(missing))}")

    def take(self, number: int, row: Row, seen: dict[str, tuple[int, str]]) -> None:
        """Parse one row; a repeated id is unchanged when it repeats the content, else rejected."""
        external = external_id_of(row.cells, self.mapping)
        if row.fault:
            self.tell(number, external, "rejected", reason=row.fault)
            return
        try:
            parsed = parse_row(row.cells, self.mapping)
        except Rejected as refusal:
            self.tell(number, external, "rejected", column=refusal.column, reason=str(refusal))
            return
        digest = digest_of(parsed)
        first, known = seen.setdefault(parsed.external_id, (number, digest))
        if first == number:
            self.parsed.append((number, parsed, digest))
        elif known == digest:
            self.tell(number, parsed.external_id, "unchanged", reason=f"repeats row {first}")
        else:
            column = ", ".join(self.mapping.external_id)
            self.tell(number, parsed.external_id, "rejected", column=column, reason=f"another row {first} has this id")

    def write(self, batch: list[tuple[int, Parsed, str]]) -> None:
        """Write one batch: a handful of statements, whatever its size."""
        ids = [parsed.external_id for _number, parsed, _digest in batch]
        known = {job.external_id: job for job in self.company.jobs.filter(external_id__in=ids).select_for_update()}
        made: list[Job] = []
        changed: list[Job] = []
        places: dict[int, list[dict[str, Any]]] = {}
        for number, parsed, digest in batch:
            job: Any = known.get(parsed.external_id) or Job(company=self.company, created_by=self.actor)
            fresh, differs = job.pk is None, job.source_digest != digest
            if differs:
                self.fill(job, parsed, digest)
                places[id(job)] = parsed.places
            lively = self.publish_rows and job.status == Status.DRAFT and self.may_publish(job, parsed)
            if not (differs or lively):
                self.tell(number, parsed.external_id, "unchanged", reason="; ".join(parsed.notes))
                continue
            job.version += 0 if fresh else 1
            job.goes_live = lively
            job.was_live = job.status == Status.LIVE
            (made if fresh else changed).append(job)
            outcome = "created" if fresh else "updated"
            notes = "; ".join(parsed.notes)
            self.tell(number, parsed.external_id, outcome, reason=notes, published=lively)
        self.store(made, changed, places)

    def fill(self, job: Job, parsed: Parsed, digest: str) -> None:
        """Put the row's content into the posting."""
        job.external_id, job.source_digest = parsed.external_id, digest
        for name, value in parsed.columns.items():
            setattr(job, name, value)
        job.category = self.categories.get(parsed.category)
        if not parsed.places and job.needs_location():
            parsed.notes.append("no place is named, so it is taken for remote work")
            job.work_mode = WorkMode.REMOTE
        settle(job, {"expires_on": job.expires_on, "timezone": job.timezone}, self.rates)

    def may_publish(self, job: Job, parsed: Parsed) -> bool:
        """Say whether the posting can go live now, with a note where it cannot."""
        reasons = [] if job.description.strip() else ["missing_description"]
        reasons += ["expiry_passed"] if job.is_expired() else []
        reasons += ["approval_needed"] if self.company.approves_jobs else []
        reasons += ["plan_limit"] if not reasons and self.room == 0 else []
        if reasons:
            parsed.notes.append(f"stays a draft: {', '.join(reasons)}")
            return False
        if self.room is not None:
            self.room -= 1
        return True

    def store(self, made: list[Any], changed: list[Any], places: dict[int, list[dict[str, str]]]) -> None:
        """Write rows, places, index, versions and events of one batch."""
        going = [job for job in [*made, *changed] if job.goes_live]
        for job, ordinal in zip(going, next_ordinals(len(going)), strict=True):
            job.status, job.published_at, job.search_ord = Status.LIVE, timezone.now(), ordinal
        for job in changed:
            job.updated_at = timezone.now()
        Job.objects.bulk_create(made)
        Job.objects.bulk_update(changed, [*PARSED_COLUMNS, *STATE_COLUMNS], batch_size=BATCH)
        replaced = [job for job in [*made, *changed] if id(job) in places]
        JobLocation.objects.filter(job__in=[job for job in changed if id(job) in places]).delete()
        JobLocation.objects.bulk_create(
            JobLocation(job=job, position=at, **placed(place))
            for job in replaced
            for at, place in enumerate(places[id(job)])
        )
        self.announce([job for job in [*made, *changed] if job.goes_live or job.was_live])

    def announce(self, live: list[Any]) -> None:
        """Index the live ones, keep what they say, and tell the facts."""
        index_jobs([job.pk for job in live])
        keep_fingerprints(live)
        rows = {job.pk: job for job in Job.objects.filter(pk__in=[job.pk for job in live]).with_parts()}
        JobVersion.objects.bulk_create(
            JobVersion(job_id=job.pk, number=job.version, snapshot=snapshot_of(rows[job.pk]), author=self.actor)
            for job in live
            if not blockers_of(rows[job.pk])
        )
        for job in live:
            fact = JobPublished(job.pk) if job.goes_live else JobEdited(job.pk, job.version)
            publish(fact, aggregate=job, actor=self.actor)


def digest_of(parsed: Parsed) -> str:
    """Return what tells whether the row says something new."""
    content = [parsed.columns, parsed.category, parsed.places]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
