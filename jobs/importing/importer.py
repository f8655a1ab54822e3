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
from jobs.anonymity import names_employer
from jobs.events import JobEdited, JobPublished
from jobs.importing.mapping import Mapping
from jobs.importing.parsing import Parsed, Rejected, external_id_of, parse_row
from jobs.importing.reading import UnreadableFile, read_rows
from jobs.importing.rows import Row
from jobs.importing.twins import Said, Twins, said_by
from jobs.importing.vocabulary import RowCause, RowOutcome
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
    """What became of one row (numbered from 1), and why: ``outcome`` and ``cause`` are of ``vocabulary``.

    ``duplicates`` are the postings that it repeats; ``job`` is its own, and ``digest`` what it says.
    """

    number: int
    external_id: str
    outcome: str
    column: str = ""
    reason: str = ""
    published: bool = False
    cause: str = ""
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    job: Job | None = field(default=None, compare=False)
    digest: str = ""


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
    allow_duplicates: bool = False,
    only_public: bool = True,
    progress: Callable[[int], Any] = lambda rows: None,
) -> ImportReport:
    """Write the file's rows as postings of the company, in one transaction; returns what became of each.

    Known by external id, a row is written once: what has not changed is left alone. ``actor`` None is
    the operator of the machine. With ``publish_rows`` drafts go live as far as the plan allows, the
    others stay drafts with a note; ``within_quota=False`` is the operator's explicit exception. A new row that says
    what a public posting of the company says is not written, unless ``allow_duplicates``.
    A dry run does all of it and takes it back. ``only_public`` keeps a list of addresses from asking our own
    network. Raises NotFound, Forbidden, UnreadableFile.
    """
    if actor is not None:
        require(actor, company.pk, Right.POST_JOBS)
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    room = room_of(company) if within_quota else None
    run = ImportRun(actor, company, mapping, publish_rows, room, allow_duplicates=allow_duplicates)
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
    allow_duplicates: bool = False
    is_rehearsal: bool = False
    report: ImportReport = field(default_factory=ImportReport)
    parsed: list[tuple[int, Parsed, str]] = field(default_factory=list)
    # The first row of each id, and what it says.
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rates, self.categories = latest_rates(), {row.slug: row for row in Category.objects.all()}
        self.twins = Twins(self.company, is_rehearsal=self.is_rehearsal)

    def tell(self, number: int, external_id: str, outcome: str, **why: Any) -> None:
        """Account for a row."""
        self.report.rows.append(RowReport(number, external_id, outcome, **why))

    def refuse(self, number: int, external_id: str, cause: str, reason: str, column: str = "") -> None:
        """Account for a row that cannot be used."""
        self.tell(number, external_id, RowOutcome.REJECTED, cause=cause, reason=reason, column=column)

    def parse(self, path: Path, *, only_public: bool) -> None:
        """Read the whole file; rows that cannot be used are accounted for here."""
        number, checked = 0, False
        try:
            for number, row in enumerate(read_rows(path, only_public=only_public), 1):
                if not checked and not row.fault:
                    self.check_columns(row)
                    checked = True
                self.take(number, row)
        except OSError as error:
            raise UnreadableFile(f"{path}: after row {number}: {error}") from error

    def check_columns(self, row: Row) -> None:
        """Refuse a file that lacks a column of the mapping: not one row would be right."""
        missing = self.mapping.columns() - set(row.cells)
        if missing:
            raise UnreadableFile(f"the file has no column {', '.join(sorted(missing))}")

    def take(self, number: int, row: Row) -> None:
        """Parse one row; a repeated id is unchanged when it repeats the content, else rejected."""
        external = external_id_of(row.cells, self.mapping)
        if row.fault:
            self.refuse(number, external, row.cause, row.fault)
            return
        try:
            parsed = parse_row(row.cells, self.mapping)
        except Rejected as refusal:
            self.refuse(number, external, RowCause.INVALID_VALUE, str(refusal), refusal.column)
            return
        digest = digest_of(parsed)
        first, known = self.seen.setdefault(parsed.external_id, (number, digest))
        if first == number:
            self.parsed.append((number, parsed, digest))
        elif known == digest:
            why = {"cause": RowCause.REPEATED_ROW, "reason": f"repeats row {first}"}
            self.tell(number, parsed.external_id, RowOutcome.UNCHANGED, **why)
        else:
            column = ", ".join(self.mapping.external_id)
            reason = f"another row {first} has this id"
            self.refuse(number, parsed.external_id, RowCause.REPEATED_ID, reason, column)

    def write(self, batch: list[tuple[int, Parsed, str]]) -> None:
        """Write one batch: a handful of statements, whatever its size."""
        jobs = self.filled(batch)
        rows = self.guarded(batch, jobs)
        made: list[Job] = []
        changed: list[Job] = []
        places: dict[int, list[dict[str, Any]]] = {}
        for number, parsed, digest in batch:
            job, said = jobs[number], rows.get(number)
            twins = self.twins.of(number, said) if said is not None else []
            if twins and job.pk is None:
                self.tell_duplicate(number, parsed, digest, twins)
                continue
            lively = self.publish_rows and job.status == Status.DRAFT and self.may_publish(job, parsed, twins)
            if said is not None and lively:
                self.twins.remember(said)
            outcome = outcome_of(job, lively)
            reason, cause = "; ".join(parsed.notes), parsed.cause or (RowCause.ADJUSTED if parsed.notes else "")
            why = {"reason": reason, "cause": cause, "duplicates": twins, "job": job, "digest": digest}
            self.tell(number, parsed.external_id, outcome, published=lively, **why)
            if outcome == RowOutcome.UNCHANGED:
                continue
            if job.differs:
                places[id(job)] = parsed.places
            job.version += 0 if job.pk is None else 1
            job.goes_live, job.was_live = lively, job.status == Status.LIVE
            (made if job.pk is None else changed).append(job)
        self.store(made, changed, places)
        self.twins.end_batch()

    def filled(self, batch: list[tuple[int, Parsed, str]]) -> dict[int, Any]:
        """Return the postings of a batch by their rows' numbers, new or locked, saying what the rows say."""
        ids = [parsed.external_id for _number, parsed, _digest in batch]
        rows = self.company.jobs.filter(external_id__in=ids).select_for_update().order_by("pk")
        known = {job.external_id: job for job in rows}
        jobs: dict[int, Any] = {}
        for number, parsed, digest in batch:
            job: Any = known.get(parsed.external_id) or Job(company=self.company, created_by=self.actor)
            job.differs = job.source_digest != digest
            if job.differs:
                self.fill(job, parsed, digest)
            jobs[number] = job
        return jobs

    def guarded(self, batch: list[tuple[int, Parsed, str]], jobs: dict[int, Any]) -> dict[int, Said]:
        """Look up what new rows, and drafts that are to go live, repeat; return what these rows say."""
        if self.allow_duplicates:
            return {}
        rows = {
            number: said_by(jobs[number], parsed.places)
            for number, parsed, _digest in batch
            if jobs[number].pk is None or (self.publish_rows and jobs[number].status == Status.DRAFT)
        }
        self.twins.look_up(rows)
        return rows

    def tell_duplicate(self, number: int, parsed: Parsed, digest: str, twins: list[dict[str, Any]]) -> None:
        """Account for a new row that is not written because it says what is public already."""
        named = ", ".join(f"{twin['title']!r}" for twin in twins[:3])
        why = {"cause": RowCause.DUPLICATE_POSTING, "reason": f"says the same as {named}"}
        self.tell(number, parsed.external_id, RowOutcome.DUPLICATE, duplicates=twins, digest=digest, **why)

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

    def may_publish(self, job: Job, parsed: Parsed, twins: list[dict[str, Any]]) -> bool:
        """Say whether the posting can go live now, with a note where it cannot."""
        reasons = ["missing_description"] if not job.description.strip() else []
        reasons += ["expiry_passed"] if job.is_expired() else []
        reasons += ["approval_needed"] if self.company.approves_jobs else []
        reasons += ["taken_down"] if job.taken_down_at is not None else []
        reasons += ["employer_named"] if job.is_anonymous and names_employer(job) else []
        reasons += ["duplicate_posting"] if twins else []
        reasons += ["plan_limit"] if not reasons and self.room == 0 else []
        if reasons:
            parsed.notes.append(f"stays a draft: {', '.join(reasons)}")
            parsed.cause = reasons[0]
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


def outcome_of(job: Any, lively: bool) -> RowOutcome:
    """Return what becomes of a posting that its row has filled."""
    if job.pk is None:
        return RowOutcome.CREATED
    return RowOutcome.UPDATED if job.differs or lively else RowOutcome.UNCHANGED


def digest_of(parsed: Parsed) -> str:
    """Return what tells whether the row says something new."""
    content = [parsed.columns, parsed.category, parsed.places]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
