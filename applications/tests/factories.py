"""Applications for tests, sent through the true service."""

from __future__ import annotations

from typing import Any

from accounts.tests.factories import make_user
from applications import services
from applications.models import Application
from applications.vocabulary import Status
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume


def make_application(**overrides: Any) -> Application:
    """A fresh application. ``candidate``, ``job`` and ``resume`` are made when missing; ``status`` is written over."""
    status = overrides.pop("status", None)
    candidate = overrides.pop("candidate", None) or make_user()
    job = overrides.pop("job", None) or make_job()
    resume = overrides.pop("resume", None) or make_resume(owner=candidate)
    application = services.submit_application(actor=candidate, job_id=job.pk, resume_id=resume.public_id, **overrides)
    if status is not None and status != Status.ACTIVE:
        set_status(application, status)
    return seen_fresh(application)


def set_status(application: Application, status: Status, **overrides: Any) -> None:
    """Put the row into a state by hand, whatever the table says."""
    decided_at = None if status == Status.ACTIVE else application.created_at
    fields = {"withheld_until": None, **overrides}
    Application.objects.filter(pk=application.pk).update(status=status, decided_at=decided_at, **fields)


def seen_fresh(application: Application) -> Application:
    """Return the row as reads load it."""
    return Application.objects.with_parties().with_circumstances().get(pk=application.pk)
