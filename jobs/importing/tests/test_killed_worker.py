"""A real Celery worker is killed in the middle of an import; another goes on, and nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from accounts.models import User
from companies.models import Company
from jobs.importing import working
from jobs.importing.models import JobImport
from jobs.importing.services import start_import
from jobs.importing.tests.factories import MAPPING, make_upload
from jobs.importing.tests.test_uploads import table
from jobs.models import Job
from umemployed.events.models import EventRecord
from umemployed.tests import processes
from umemployed.tests.processes import a_worker, kill

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 1_000


def wait_until(is_so: Callable[[], bool]) -> None:
    processes.wait_until(is_so, 90, lambda: list(JobImport.objects.values()))


@pytest.fixture(autouse=True)
def _empty_queues() -> Iterator[None]:
    current_app.control.purge()
    yield
    current_app.control.purge()


def state() -> dict[str, Any]:
    return JobImport.objects.values("status", "position", "rows_seen", "created_count", "claims").get()


def test_a_worker_killed_between_and_inside_batches_loses_and_doubles_nothing(acme: Company, bob: User) -> None:
    """First between two batches; then while one is being written, which the company's lock holds up."""
    start_import(actor=bob, company=acme, file_id=make_upload(owner=bob, data=table(ROWS)).public_id, mapping=MAPPING)
    with a_worker("bulk", processes=1) as group:
        wait_until(lambda: state()["position"] > 0)
        kill(group)
    first = state()
    assert first["status"] == "running" and 0 < first["position"] < ROWS, "killed in the middle"
    assert Job.objects.count() == first["rows_seen"] == first["created_count"], "whole batches only"
    let_the_lease_end()
    with connection.cursor() as cursor, a_worker("bulk", processes=1) as group:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM companies_company WHERE id = %s FOR UPDATE", [acme.pk])
        working.sweep()
        wait_until(lambda: state()["claims"] > first["claims"])
        wait_until(is_somebody_waiting)
        kill(group)
        cursor.execute("ROLLBACK")
    assert state()["position"] == first["position"] == Job.objects.count()
    let_the_lease_end()
    with a_worker("bulk", processes=1):
        working.sweep()
        wait_until(lambda: state()["status"] == "done")
    done = JobImport.objects.get()
    assert (done.position, done.created_count, done.rejected_count) == (ROWS, ROWS, 0)
    assert set(Job.objects.values_list("external_id", flat=True)) == {f"E-{number}" for number in range(1, ROWS + 1)}
    assert list(done.rows.values_list("number", flat=True)) == list(range(1, ROWS + 1))
    assert EventRecord.objects.filter(topic="jobs.ImportEnded").count() == 1


def let_the_lease_end() -> None:
    """As minutes would."""
    JobImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0
