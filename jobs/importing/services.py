"""The verbs of imports by API: start, cancel, resume, and the purge of old reports."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.verification import require_verified
from companies.models import Company
from companies.rights import Right, require
from jobs.importing.events import ImportEnded
from jobs.importing.files import IMPORTED, KIND_OF
from jobs.importing.frames import PROGRESS, SOCKET
from jobs.importing.mapping import MAPS, MappingError, content_of, mapping_of
from jobs.importing.models import JobImport
from jobs.importing.verbs import actions_of, may_become
from jobs.importing.vocabulary import UNFINISHED, ImportProblem, ImportStatus
from umemployed.api.actions import ActionSerializer
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.files.models import StoredFile
from umemployed.files.services import attach, release
from umemployed.realtime.stream import whisper

REPORTS_KEPT = timedelta(days=90)


class ImportRunning(Conflict):
    code = "import_running"
    title = _("The company has an import that is not finished")
    cause = _("One import at a time is worked on for a company.")
    cure = _("Wait for it, or cancel it; `GET jobs/imports/` shows it.")


class ImportInWrongState(Conflict):
    """Carries the state and the actions."""

    code = "import_in_wrong_state"
    title = _("The import's state does not allow this")
    cause = _("Only an unfinished import can be cancelled, and only one that failed or was cancelled can be resumed.")
    cure = _("Choose among the `actions` that the answer carries.")


@transaction.atomic
def start_import(
    *,
    actor: User,
    company: Company,
    file_id: uuid.UUID,
    map_name: str = "",
    mapping: dict[str, Any] | None = None,
    dry_run: bool = False,
    publish_rows: bool = False,
    allow_duplicates: bool = False,
) -> JobImport:
    """Queue an import of one's own uploaded file; the file may be used again, say for the real run after a dry one.

    Raises NotFound (no such company or file), Forbidden, EmailUnverified, Invalid (the mapping, naming what is
    wrong), FileNotReady and ImportRunning.
    """
    require(actor, company.pk, Right.POST_JOBS)
    require_verified(actor)
    content = checked_mapping(map_name, mapping)
    file = take_file(actor, file_id)
    job_import = JobImport(
        company=company,
        started_by=actor,
        file=file,
        file_name=file.name,
        kind=KIND_OF[file.content_type],
        map_name=map_name,
        mapping=content,
        is_dry_run=dry_run,
        publishes=publish_rows,
        allows_duplicates=allow_duplicates,
    )
    save_unfinished(job_import)
    record("jobs:import_started", actor=actor, target=job_import, dry_run=dry_run, kind=job_import.kind)
    transaction.on_commit(lambda: hand_over(job_import.pk))
    return job_import


def checked_mapping(map_name: str, mapping: dict[str, Any] | None) -> dict[str, Any]:
    """Return the mapping's content. Raises Invalid."""
    if bool(map_name) == (mapping is not None):
        raise Invalid.on_field("mapping", _("Name a shipped mapping in `map`, or give one in `mapping`."))
    content = content_of(MAPS / f"{map_name}.yaml") if mapping is None else mapping
    try:
        mapping_of(content)
    except MappingError as error:
        raise Invalid.on_field("mapping", str(error), code="mapping_invalid") from error
    return content


def take_file(actor: User, file_id: uuid.UUID) -> StoredFile:
    """Return the actor's own file, attached: by this import, or by an earlier one. Raises NotFound, FileNotReady."""
    mine = StoredFile.objects.select_for_update().filter(owner=actor, public_id=file_id, purpose=IMPORTED.name)
    file = mine.first()
    if file is not None and file.attached_at is not None:
        return file
    return attach(actor=actor, file_id=file_id, purpose=IMPORTED.name)


def save_unfinished(job_import: JobImport) -> None:
    """Save an import that waits for a worker. Raises ImportRunning."""
    try:
        with transaction.atomic():
            job_import.save()
    except IntegrityError:
        raise ImportRunning from None


def locked(actor: User, import_id: int) -> JobImport:
    """Return the import, its row locked. Raises NotFound and Forbidden."""
    job_import = JobImport.objects.select_for_update().filter(pk=import_id).first()
    if job_import is None:
        raise NotFound
    require(actor, job_import.company_id, Right.POST_JOBS)
    return job_import


def refuse_wrong_state(job_import: JobImport, target: ImportStatus) -> None:
    """Raise ImportInWrongState where the table does not lead there."""
    if not may_become(job_import, target):
        actions = ActionSerializer(actions_of(job_import), many=True).data
        raise ImportInWrongState(import_status=job_import.status, actions=actions)


@transaction.atomic
def cancel_import(*, actor: User, import_id: int) -> JobImport:
    """End an unfinished import. What is written stays; the batch under way is finished or not begun.

    Raises NotFound, Forbidden, ImportInWrongState.
    """
    job_import = locked(actor, import_id)
    refuse_wrong_state(job_import, ImportStatus.CANCELLED)
    end_import(job_import, ImportStatus.CANCELLED, actor=actor)
    return job_import


@transaction.atomic
def resume_import(*, actor: User, import_id: int) -> JobImport:
    """Go on where an import failed or was cancelled, with the rights of who resumes it.

    Raises NotFound, Forbidden, EmailUnverified, ImportInWrongState and ImportRunning.
    """
    job_import = locked(actor, import_id)
    require_verified(actor)
    refuse_wrong_state(job_import, ImportStatus.QUEUED)
    job_import.status, job_import.problem, job_import.detail = ImportStatus.QUEUED, "", ""
    job_import.started_by, job_import.finished_at, job_import.leased_until = actor, None, None
    job_import.attempts = 0
    save_unfinished(job_import)
    record("jobs:import_resumed", actor=actor, target=job_import, position=job_import.position)
    transaction.on_commit(lambda: hand_over(import_id))
    return job_import


def end_import(
    job_import: JobImport, status: ImportStatus, *, actor: User | None, problem: str = "", detail: str = ""
) -> None:
    """Move a locked import to an end, and tell it."""
    job_import.status, job_import.problem, job_import.detail = status, problem, detail[:500]
    job_import.leased_until, job_import.finished_at = None, timezone.now()
    job_import.save()
    record("jobs:import_ended", actor=actor, target=job_import, status=status, problem=problem, **counts_of(job_import))
    publish(ImportEnded(job_import.pk), aggregate=job_import, actor=actor)
    tell_progress(job_import)


def counts_of(job_import: JobImport) -> dict[str, int]:
    """Return how many rows had which outcome."""
    names = ("created", "updated", "unchanged", "duplicate", "rejected", "published")
    return {name: getattr(job_import, f"{name}_count") for name in names}


def tell_progress(job_import: JobImport) -> None:
    """Tell who started it how far it is, on the notification socket, after the commit; may be lost."""
    if job_import.started_by_id is not None:
        said = {
            "id": str(job_import.public_id),
            "status": job_import.status,
            "total": job_import.total,
            "done": job_import.position,
        }
        whisper(SOCKET, [job_import.started_by_id], PROGRESS, said)


def hand_over(import_id: int) -> None:
    """Queue the work; the sweep finds what a broker that is away did not take."""
    from kombu.exceptions import OperationalError
    from redis import RedisError

    from jobs.tasks import work_off_import

    try:
        work_off_import.apply_async(kwargs={"import_id": import_id}, queue="bulk", retry=False)
    except (OperationalError, RedisError):
        return


def purge_imports(*, limit: int = 100) -> int:
    """Delete imports that ended REPORTS_KEPT ago, with their reports, and let go of their files; returns how many."""
    old = JobImport.objects.filter(finished_at__lt=timezone.now() - REPORTS_KEPT).exclude(status__in=UNFINISHED)
    keys = list(old.order_by("finished_at", "pk").values_list("pk", flat=True)[:limit])
    return sum(forget_import(pk) for pk in keys)


@transaction.atomic
def forget_import(import_id: int) -> int:
    """Delete one ended import; its file is let go unless another import refers to it."""
    job_import = JobImport.objects.select_for_update().filter(pk=import_id).exclude(status__in=UNFINISHED).first()
    if job_import is None:
        return 0
    file = StoredFile.objects.select_for_update().filter(pk=job_import.file_id or 0).first()
    job_import.delete()
    if file is not None and not JobImport.objects.filter(file=file).exists():
        release(file=file)
    return 1


@transaction.atomic
def fail_import(import_id: int, claims: int, problem: ImportProblem, detail: str = "") -> None:
    """End an import that cannot go on, if this claim of it is still the one that counts."""
    mine = JobImport.objects.select_for_update().filter(pk=import_id, status=ImportStatus.RUNNING, claims=claims)
    job_import = mine.first()
    if job_import is not None:
        end_import(job_import, ImportStatus.FAILED, actor=None, problem=problem, detail=detail)
