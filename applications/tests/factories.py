"""Applications for tests, sent through the true service."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.tests.factories import make_user
from applications import services
from applications.models import (
    Application,
    CompanyReason,
    Disposition,
    DispositionItem,
    HiringPolicy,
    JobMember,
    JobPipeline,
    Note,
    Rating,
    StageTemplate,
    Tag,
    TemplateStage,
)
from applications.vocabulary import Status
from companies.tests.factories import make_company, make_membership
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume

_numbers = itertools.count(1)


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


def make_job_member(**overrides: Any) -> JobMember:
    membership = overrides.pop("membership", None) or make_membership()
    job = overrides.pop("job", None) or make_job(company=membership.company)
    return JobMember.objects.create(**{"job": job, "membership": membership, "role": "reviewer", **overrides})


def make_stage_template(**overrides: Any) -> StageTemplate:
    """A template with one stage."""
    company = overrides.pop("company", None) or make_company()
    template = StageTemplate.objects.create(company=company, **{"name": f"Template {next(_numbers)}", **overrides})
    TemplateStage.objects.create(template=template, name="Inbox", position=0)
    return template


def make_job_pipeline(**overrides: Any) -> JobPipeline:
    return JobPipeline.objects.create(job=overrides.pop("job", None) or make_job(), **overrides)


def make_hiring_policy(**overrides: Any) -> HiringPolicy:
    return HiringPolicy.objects.create(company=overrides.pop("company", None) or make_company(), **overrides)


def make_company_reason(**overrides: Any) -> CompanyReason:
    fields = {"reason": "other", "label": f"Reason {next(_numbers)}", **overrides}
    return CompanyReason.objects.create(company=fields.pop("company", None) or make_company(), **fields)


def make_disposition(**overrides: Any) -> Disposition:
    return Disposition.objects.create(job=overrides.pop("job", None) or make_job(), **overrides)


def make_disposition_item(**overrides: Any) -> DispositionItem:
    application = overrides.pop("application", None) or make_application()
    disposition = overrides.pop("disposition", None) or make_disposition(job=application.job)
    fields = {"act": "reject", "reason": "job_closed", **overrides}
    return DispositionItem.objects.create(disposition=disposition, application=application, **fields)


def make_note(**overrides: Any) -> Note:
    """A note of nobody on an application."""
    application = overrides.pop("application", None) or make_application()
    return Note.objects.create(application=application, **{"body": f"Note {next(_numbers)}", **overrides})


def make_tag(**overrides: Any) -> Tag:
    company = overrides.pop("company", None) or make_company()
    return Tag.objects.create(company=company, **{"name": f"tag {next(_numbers)}", **overrides})


def make_rating(**overrides: Any) -> Rating:
    application = overrides.pop("application", None) or make_application()
    fields = {"attribute": f"attribute {next(_numbers)}", "score": 3, **overrides}
    return Rating.objects.create(application=application, **fields)
