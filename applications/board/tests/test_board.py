from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.services import move_application
from applications.tests.factories import make_application, set_status
from applications.vocabulary import Status
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


def test_the_board_shows_columns_with_counts_and_leads_on_page_by_page(job: Job, bob: User, as_user: AsUser) -> None:
    made = [make_application(job=job) for _ in range(7)]
    Application.objects.filter(pk=made[6].pk).update(is_knocked_out=True)
    set_status(made[5], Status.REJECTED)
    second = job.stages.all()[1]
    move_application(actor=bob, application_id=made[4].pk, stage_id=second.public_id, version=1)
    client = as_user(bob)
    board = client.get(f"/api/v1/jobs/{job.public_id}/board/?page_size=2").json()
    assert [(column["stage"]["name"], column["count"]) for column in board["columns"]] == [
        ("New", 5),
        ("Screening", 1),
        ("Interview", 0),
        ("Offer", 0),
    ]
    assert board["decided"] == {"hired": 0, "rejected": 1, "withdrawn": 0}
    seen, url = [card["id"] for card in board["columns"][0]["results"]], board["columns"][0]["next"]
    while url:
        page = client.get(url).json()
        seen += [card["id"] for card in page["results"]]
        url = page["next"]
    # The newest first, and whoever was knocked out last: nobody is taken away.
    assert seen == [str(made[at].public_id) for at in (3, 2, 1, 0, 6)]
    assert board["columns"][1]["next"] is None


def test_the_board_costs_the_same_however_full_it_is(job: Job, bob: User, as_user: AsUser) -> None:
    client, costs = as_user(bob), []
    for more in (2, 12):
        for _ in range(more):
            make_application(job=job)
        for path in ("board/", f"board/{job.stages.all()[0].public_id}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/api/v1/jobs/{job.public_id}/{path}").status_code == 200
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 8


def test_carol_sees_no_board(job: Job, carol: User, alice: User, globex: Company, as_user: AsUser) -> None:
    stage = make_application(job=job, candidate=alice).stage
    for actor in (carol, alice):
        for path in ("board/", f"board/{stage.public_id}/"):
            assert as_user(actor).get(f"/api/v1/jobs/{job.public_id}/{path}").status_code == 404
