"""Places on hiring teams for tests."""

from __future__ import annotations

from typing import Any

from applications.hiring.models import JobMember
from companies.tests.factories import make_membership
from jobs.tests.factories import make_job


def make_job_member(**overrides: Any) -> JobMember:
    membership = overrides.pop("membership", None) or make_membership()
    job = overrides.pop("job", None) or make_job(company=membership.company)
    return JobMember.objects.create(**{"job": job, "membership": membership, "role": "reviewer", **overrides})
