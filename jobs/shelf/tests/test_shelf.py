"""Saved and hidden postings: one's own, repeatable, and at a constant price."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from companies.models import Company
from jobs import services
from jobs.models import HiddenJob, Job, SavedJob, Status
from jobs.shelf import services as shelf
from jobs.shelf.tests.factories import make_hidden_job, make_saved_job
from jobs.tests.factories import make_indexed, make_job

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]


def url(job: Job, verb: str) -> str:
    return f"/api/v1/jobs/{job.public_id}/{verb}/"


def test_saving_is_repeatable_and_ones_own(as_user: Client, alice: User, carol: User, acme: Company, bob: User) -> None:
    job, client = make_job(company=acme, title="Nurse"), as_user(alice)
    assert [client.put(url(job, "save")).status_code for _ in range(2)] == [204, 204]
    (row,) = client.get("/api/v1/saved-jobs/").json()["results"]
    assert (row["title"], row["job"]["title"], row["job_id"]) == ("Nurse", "Nurse", str(job.public_id))
    assert as_user(carol).get("/api/v1/saved-jobs/").json()["results"] == []
    as_user(carol).delete(url(job, "save"))
    assert SavedJob.objects.count() == 1
    services.update_job(actor=bob, job_id=job.pk, expected_version=1, title="Midwife")
    services.close_job(actor=bob, job_id=job.pk)
    (row,) = client.get("/api/v1/saved-jobs/").json()["results"]
    assert (row["title"], row["job"]) == ("Nurse", None)
    assert [client.delete(url(job, "save")).status_code for _ in range(2)] == [204, 204]
    assert not SavedJob.objects.exists()


def test_what_one_may_not_read_is_neither_saved_nor_hidden(as_user: Client, alice: User, acme: Company) -> None:
    draft = make_job(company=acme, status=Status.DRAFT)
    for verb in ("save", "hide"):
        assert as_user(alice).put(url(draft, verb)).status_code == 404
        # Nor does taking it off tell that there is such a draft.
        assert as_user(alice).delete(url(draft, verb)).status_code == 404
    assert not SavedJob.objects.exists() and not HiddenJob.objects.exists()


def test_a_saved_anonymous_posting_stays_anonymous(as_user: Client, alice: User) -> None:
    make_saved_job(user=alice, job=make_job(is_anonymous=True))
    (row,) = as_user(alice).get("/api/v1/saved-jobs/").json()["results"]
    assert row["job"]["company"] is None


@pytest.mark.parametrize("list_of", ["saved-jobs", "hidden-jobs"])
def test_a_shelf_costs_the_same_for_twenty_as_for_two(list_of: str, as_user: Client, alice: User) -> None:
    client, make = as_user(alice), make_saved_job if list_of == "saved-jobs" else make_hidden_job

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{list_of}/").status_code == 200
        return len(queries)

    for _ in range(2):
        make(user=alice, job=make_job(skills=["Python"]))
    cost()
    few = cost()
    for _ in range(18):
        make(user=alice, job=make_job(skills=["Python"]))
    assert cost() == few


def test_hidden_postings_are_left_out_of_ones_own_searches_only(as_user: Client, api: APIClient, alice: User) -> None:
    shown, hidden = make_indexed(title="Gardener one"), make_indexed(title="Gardener two")
    client = as_user(alice)
    client.put(url(hidden, "hide"))
    for query in ({}, {"q": "gardener"}, {"ordering": "-salary"}, {"q": "gardener", "ordering": "-published_at"}):
        asked = {**query, "count": "true", "facets": "work_mode"}
        mine = client.get("/api/v1/jobs/", asked).json()
        assert [card["id"] for card in mine["results"]] == [str(shown.public_id)]
        assert mine["count"] == 1 and mine["facets"]["work_mode"]["values"][0]["count"] == 1
        assert len(api.get("/api/v1/jobs/", asked).json()["results"]) == 2
    assert client.get(f"/api/v1/jobs/{hidden.public_id}/").status_code == 200
    client.delete(url(hidden, "hide"))
    assert len(client.get("/api/v1/jobs/").json()["results"]) == 2


def test_a_cursor_stays_good_when_something_is_hidden_between_two_pages(as_user: Client, alice: User) -> None:
    jobs = [make_indexed() for _ in range(4)]
    client = as_user(alice)
    first = client.get("/api/v1/jobs/", {"page_size": 2}).json()
    client.put(url(jobs[1], "hide"))
    second = client.get(first["next"]).json()
    assert [card["id"] for card in second["results"]] == [str(jobs[0].public_id)]


def test_a_search_costs_the_same_however_much_is_hidden(as_user: Client, alice: User, monkeypatch) -> None:
    client = as_user(alice)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/jobs/", {"q": "engineer"})
        return len(queries)

    make_indexed()
    cost()
    few = cost()
    for _ in range(12):
        make_hidden_job(user=alice, job=make_indexed())
    assert cost() == few
    monkeypatch.setattr(shelf, "MOST_HIDDEN", 5)
    shelf.hide_job(actor=alice, job_id=make_indexed().pk)
    assert HiddenJob.objects.for_user(alice).count() == 5
