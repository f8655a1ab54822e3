"""A company that has another name is found by it, and by the old one no more."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from companies.services import edit_company
from jobs.models import IndexWork, Job, JobSearch, Status
from jobs.search import renaming
from jobs.search.index import index_jobs
from jobs.tests.factories import make_indexed
from umemployed.events.models import EventRecord
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db(transaction=True)


def found(api: APIClient, words: str) -> int:
    return len(api.get("/api/v1/jobs/", {"q": words, "exact": "true", "page_size": 100}).json()["results"])


def test_postings_are_found_under_the_new_name_and_not_under_the_old(
    api: APIClient, acme: Company, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming, "STRETCH", 3)
    for _ in range(7):
        make_indexed(company=acme)
    hidden = make_indexed(company=acme, is_anonymous=True)
    closed = make_indexed(company=acme, status=Status.CLOSED)
    IndexWork.objects.all().delete()
    assert (found(api, "acme"), found(api, "zenith")) == (7, 0)
    edit_company(actor=bob, company_id=acme.pk, expected_version=acme.version, name="Zenith")
    Relay().drain()
    assert (found(api, "acme"), found(api, "zenith")) == (0, 7)
    assert EventRecord.objects.filter(topic="jobs.PostingsIndexedAnew").count() == 2, "in stretches"
    assert IndexWork.objects.count() == 7, "those who read along are told"
    assert not JobSearch.objects.filter(job=closed).exists()
    assert "zenith" not in JobSearch.objects.filter(job=hidden).values_list("doc", flat=True).get()


def test_an_edit_that_keeps_the_name_tells_nobody(acme: Company, bob: User) -> None:
    edit_company(actor=bob, company_id=acme.pk, expected_version=acme.version, name="Acme", country="FR")
    assert not EventRecord.objects.filter(topic="companies.CompanyRenamed").exists()


def test_an_edit_under_way_is_not_overwritten(api: APIClient, acme: Company, bob: User) -> None:
    """The name changes while somebody edits: whoever comes later indexes both, the new words and the new name."""
    job = make_indexed(company=acme, title="Gardener")
    edit_company(actor=bob, company_id=acme.pk, expected_version=acme.version, name="Zenith")
    edited, go_on = threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic():
            Job.objects.select_for_update(no_key=True).get(pk=job.pk)
            Job.objects.filter(pk=job.pk).update(title="Florist")
            index_jobs([job.pk])
            edited.set()
            go_on.wait(20)
        connection.close()

    editing, telling = threading.Thread(target=edit), threading.Thread(target=drain)
    editing.start()
    assert edited.wait(20)
    telling.start()
    telling.join(0.5)
    go_on.set()
    editing.join(20)
    telling.join(20)
    assert found(api, "florist zenith") == 1


def drain() -> None:
    Relay().drain()
    connection.close()
