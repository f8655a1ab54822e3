"""Reports and declarations for tests."""

from __future__ import annotations

import itertools
from typing import Any

from accounts.models import User
from applications.equality.models import EqualityReport
from applications.equality.services import declare
from applications.tests.factories import make_application
from companies.tests.factories import make_company
from jobs.models import Job

_years = itertools.count(1990)


def make_equality_report(**overrides: Any) -> EqualityReport:
    company = overrides.pop("company", None) or make_company()
    return EqualityReport.objects.create(company=company, **{"quarter": f"{next(_years)}-Q1", **overrides})


def declared(job: Job, *, candidate: User | None = None, **answers: str) -> User:
    """Apply and declare; return the person."""
    application = make_application(job=job, **({"candidate": candidate} if candidate else {}))
    declare(actor=application.candidate, application_id=application.pk, answers=answers)
    return application.candidate
