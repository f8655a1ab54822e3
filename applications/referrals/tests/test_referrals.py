from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.referrals.models import Referral, ReferralLink, ReferralTouch
from applications.referrals.services import attribute, visit_link
from applications.referrals.tests.factories import make_referral_link
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


def visit(client: APIClient, code: str) -> int:
    return client.post(f"/api/v1/referrals/{code}/visit/").status_code


def test_every_member_has_one_link_that_nobody_guesses(job: Job, acme: Company, bob: User, as_user: AsUser) -> None:
    member = make_membership(company=acme, role=Role.INTERVIEWER).user
    path = f"/api/v1/jobs/{job.public_id}/referral-links/"
    mine = [as_user(member).post(path).json() for _ in range(2)]
    assert mine[0] == mine[1]
    assert len(mine[0]["code"]) == 16
    his = as_user(bob).post(path).json()
    assert his["code"] != mine[0]["code"]
    assert len(as_user(bob).get(path).json()["results"]) == 2
    assert [row["code"] for row in as_user(member).get(path).json()["results"]] == [mine[0]["code"]]


def test_who_was_met_first_has_the_credit(job: Job, alice: User, bob: User, api: APIClient, as_user: AsUser) -> None:
    first, last = make_referral_link(job=job), make_referral_link(job=job)
    hers = as_user(alice)
    assert visit(api, first.code) == visit(hers, first.code) == 200
    ReferralTouch.objects.update(first_at=timezone.now() - timedelta(days=3))
    application = make_application(job=job, candidate=alice, referral=last.code, source="a friend")
    for _ in range(2):
        attribute(application_id=application.pk)
    shown = as_user(bob).get(f"/api/v1/applications/{application.public_id}/source/").json()
    assert (shown["source"], shown["first"]["code"], shown["last"]["code"]) == ("a friend", first.code, last.code)
    links = {
        row["code"]: row for row in as_user(bob).get(f"/api/v1/jobs/{job.public_id}/referral-links/").json()["results"]
    }
    assert (links[first.code]["visit_count"], links[first.code]["applications"]) == (2, 1)
    assert links[last.code]["applications"] == 0


@pytest.mark.parametrize("code", ["nonsense", "x" * 100, "another job's"])
def test_a_code_that_leads_nowhere_stands_in_nobodys_way(job: Job, alice: User, code: str) -> None:
    if code == "another job's":
        code = make_referral_link().code
    application = make_application(job=job, candidate=alice, referral=code)
    assert attribute(application_id=application.pk) is None
    assert not ReferralTouch.objects.exists()


def test_members_do_not_refer_each_other_and_old_visits_do_not_count(job: Job, acme: Company, alice: User) -> None:
    link = make_referral_link(job=job)
    member = make_membership(company=acme).user
    visit_link(visitor=member, code=link.code)
    assert attribute(application_id=make_application(job=job, candidate=member).pk) is None
    visit_link(visitor=alice, code=link.code)
    ReferralTouch.objects.update(last_at=timezone.now() - timedelta(days=91))
    assert attribute(application_id=make_application(job=job, candidate=alice).pk) is None
    assert not Referral.objects.exists()


def test_a_link_to_what_is_not_public_leads_nowhere(acme: Company, api: APIClient) -> None:
    link = make_referral_link(job=make_job(company=acme, status="draft"))
    assert (visit(api, link.code), visit(api, "nothing")) == (404, 404)
    link.refresh_from_db()
    assert link.visit_count == 0


def test_carol_and_alice_make_and_see_no_links(
    job: Job, carol: User, alice: User, globex: Company, as_user: AsUser
) -> None:
    application: Application = make_application(job=job, candidate=alice)
    for actor in (carol, alice):
        client = as_user(actor)
        assert client.post(f"/api/v1/jobs/{job.public_id}/referral-links/").status_code == 404
        assert client.get(f"/api/v1/jobs/{job.public_id}/referral-links/").status_code == 404
        assert client.get(f"/api/v1/applications/{application.public_id}/source/").status_code == 404
    assert not ReferralLink.objects.exists()


def test_links_cost_the_same_however_many(job: Job, bob: User, as_user: AsUser) -> None:
    client, costs = as_user(bob), []
    for more in (2, 8):
        for _ in range(more):
            make_referral_link(job=job)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/jobs/{job.public_id}/referral-links/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_visits_at_once_are_all_counted(job: Job, alice: User) -> None:
    link = make_referral_link(job=job)
    results = in_parallel(*[lambda: visit_link(visitor=alice, code=link.code)] * 8)
    assert not [result for result in results if isinstance(result, Exception)]
    link.refresh_from_db()
    assert (link.visit_count, ReferralTouch.objects.count()) == (8, 1)
