"""Reasons and dispositions for tests."""

from __future__ import annotations

import itertools
from typing import Any

from applications.decisions.models import CompanyReason, Disposition, DispositionItem
from applications.tests.factories import make_application
from companies.tests.factories import make_company
from jobs.tests.factories import make_job

_numbers = itertools.count(1)


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
