"""What the tables themselves refuse, and what a posting knows about itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.models import Job, Status
from jobs.services import JobNotOpen, lock_open_job
from jobs.tests.factories import make_company, make_job
from umemployed.api.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "broken",
    [
        {"salary_min": 2, "salary_max": 1, "salary_currency": "EUR", "salary_period": "year"},
        {"salary_min": -1, "salary_currency": "EUR", "salary_period": "year"},
        {"salary_min": 1, "salary_period": "year"},
        {"salary_max": 1, "salary_currency": "EUR"},
        {"hours_per_week": Decimal("90")},
        {"openings": 0},
        {"title": ""},
        {"status": "sleeping"},
        {"status": Status.LIVE, "published_at": None},
        {"status": Status.CLOSED, "published_at": None},
    ],
)
def test_the_table_refuses_what_can_never_be_true(broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(**broken)


def test_pay_of_zero_is_not_pay_unknown() -> None:
    free = make_job(salary_min=0, salary_max=0, salary_currency="EUR", salary_period="month")
    silent = make_job()
    assert list(Job.objects.filter(salary_min__isnull=False)) == [free]
    assert list(Job.objects.filter(salary_min=None)) == [silent]


def test_an_external_id_names_one_job_of_a_company() -> None:
    company = make_company()
    make_job(company=company, external_id="17")
    make_job(external_id="17")
    make_job(company=company), make_job(company=company)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(company=company, external_id="17")


def test_a_posting_is_over_at_its_very_instant_of_expiry() -> None:
    job = make_job(expires_at=datetime(2030, 6, 1, 4, tzinfo=UTC), timezone="America/New_York")
    just_before = job.expires_at - timedelta(microseconds=1)
    assert job.is_open(just_before) and not job.is_open(job.expires_at)
    assert list(Job.objects.published(just_before)) == [job]
    assert list(Job.objects.published(job.expires_at)) == []
    assert job.local_expiry().isoformat() == "2030-06-01T00:00:00-04:00"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.LIVE])
def test_only_a_live_job_is_open(status: Status) -> None:
    job = make_job(status=status)
    with pytest.raises(JobNotOpen):
        lock_open_job(job.pk)


def test_an_expired_job_is_not_open_though_no_clockwork_closed_it() -> None:
    job = make_job(expires_at=timezone.now())
    assert job.status == Status.LIVE
    with pytest.raises(JobNotOpen):
        lock_open_job(job.pk)


def test_an_open_job_is_locked_and_returned_and_a_missing_one_is_not_found() -> None:
    job = make_job()
    assert lock_open_job(job.pk) == job
    with pytest.raises(NotFound):
        lock_open_job(0)
