"""Reports and signals for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.tests.factories import make_user
from jobs.models import FraudSignal, JobCase, JobReport
from jobs.tests.factories import make_job


def make_job_report(**overrides: Any) -> JobReport:
    fields: dict[str, Any] = {"reason": "fraud", **overrides}
    fields["job"] = fields.get("job") or make_job()
    fields["reporter"] = fields.get("reporter") or make_user()
    return JobReport.objects.create(**fields)


def make_fraud_signal(**overrides: Any) -> FraudSignal:
    fields: dict[str, Any] = {"kind": "pay", "evidence": {}, "found_at": timezone.now(), **overrides}
    fields["job"] = fields.get("job") or make_job()
    return FraudSignal.objects.create(**fields)


def make_job_case(**overrides: Any) -> JobCase:
    return JobCase.cases.get(pk=make_fraud_signal(job=make_job(**overrides)).job_id)
