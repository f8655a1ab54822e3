"""What one may do with an import now: one table for what is offered and for what is accepted."""

from __future__ import annotations

from jobs.importing.models import JobImport
from jobs.importing.vocabulary import TRANSITIONS, ImportStatus
from umemployed.api.actions import Action, action_url

TARGETS = {"cancel": ImportStatus.CANCELLED, "resume": ImportStatus.QUEUED}


def may_become(job_import: JobImport, status: ImportStatus) -> bool:
    """Say whether the table lets the import go there."""
    return status in TRANSITIONS[ImportStatus(job_import.status)]


def actions_of(job_import: JobImport) -> list[Action]:
    """Return every verb with whether it would be accepted now; no query."""
    return [
        Action(
            id=name,
            url=action_url(f"job-import-{name}", job_import),
            enabled=may_become(job_import, target),
            reason="" if may_become(job_import, target) else "wrong_state",
        )
        for name, target in TARGETS.items()
    ]
