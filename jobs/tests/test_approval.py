"""Approval by somebody else, publication at a moment, and the guard against posting twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs import services
from jobs.models import Job, JobReview, JobSearch, Status
from jobs.services.posting import instant_of
from jobs.tasks import publish_due
from jobs.tests.factories import make_indexed, make_job, make_question
from umemployed.api.errors import Invalid, NotFound
from umemployed.events.models import EventRecord

Client = Callable[[User], APIClient]
TEXT = (
    "We look after the water supply of three towns. You keep pumps and meters in order, answer calls at night in"
    " turn with four colleagues, and write down what you changed so that the next one finds it at once."
)


def url(job: Job, *verb: str) -> str:
    return "/".join(("/api/v1/jobs", str(job.public_id), *verb)) + "/"


def topics() -> list[str]:
    return [
        topic.removeprefix("jobs.Job") for topic in EventRecord.objects.order_by("pk").values_list("topic", flat=True)
    ]


@pytest.fixture
def careful(acme: Company) -> Company:
    Company.objects.filter(pk=acme.pk).update(approves_jobs=True)
    acme.refresh_from_db()
    return acme


@pytest.fixture
def erin(careful: Company) -> User:
    """A recruiter of Acme, who may post and not approve."""
    return make_membership(company=careful, role=Role.RECRUITER, user=make_user(email="erin@acme.example")).user


@pytest.mark.django_db
def test_a_recruiter_submits_and_the_owner_lets_it_through(as_user: Client, bob: User, erin: User, careful: Company):
    job = make_job(company=careful, status=Status.DRAFT, created_by=erin)
    hers, his = as_user(erin), as_user(bob)
    refused = hers.post(url(job, "publish"), {"version": 1}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_needed")
    submitted = hers.post(url(job, "submit"), {"version": 1}, format="json").json()
    offered = {action["id"]: (action["enabled"], action["reason"]) for action in submitted["actions"]}
    assert offered["approve"] == (False, "forbidden") and offered["recall"] == (True, "")
    assert hers.post(url(job, "approve"), {"version": 2}, format="json").status_code == 403
    seen = his.get(url(job)).json()
    assert {action["id"] for action in seen["actions"] if action["enabled"]} == {"approve", "reject", "recall"}
    sent_back = his.post(
        url(job, "reject"), {"version": 2, "objections": ["pay", "text"], "comment": "No pay."}, format="json"
    )
    assert sent_back.json()["status"] == "draft"
    hers.post(url(job, "submit"), {"version": 3}, format="json")
    assert his.post(url(job, "approve"), {"version": 2}, format="json").json()["code"] == "stale_version"
    live = his.post(url(job, "approve"), {"version": 4, "comment": "Good."}, format="json").json()
    assert live["status"] == "live" and JobSearch.objects.filter(job=job).exists()
    reviews = hers.get(url(job, "reviews")).json()["results"]
    assert [(row["is_approved"], row["objections"], row["version"]) for row in reviews] == [
        (True, [], 4),
        (False, ["pay", "text"], 2),
    ]
    assert topics() == ["Submitted", "Rejected", "Submitted", "Published", "Approved"]


@pytest.mark.django_db
def test_nobody_approves_what_they_wrote_or_submitted(bob: User, erin: User, careful: Company) -> None:
    written = make_job(company=careful, status=Status.PENDING, created_by=bob, submitted_by=erin)
    submitted = make_job(company=careful, status=Status.PENDING, created_by=erin, submitted_by=bob)
    for job in (written, submitted):
        for verb, given in ((services.approve_job, {}), (services.reject_job, {"objections": ["other"]})):
            with pytest.raises(services.OwnPosting):
                verb(actor=bob, job_id=job.pk, **given)
    assert not JobReview.objects.exists() and Job.objects.filter(status=Status.PENDING).count() == 2


@pytest.mark.django_db
def test_an_edit_ends_the_review_and_after_it_only_approvers_edit(bob: User, erin: User, careful: Company) -> None:
    job = make_job(company=careful, status=Status.PENDING, created_by=erin, submitted_by=erin)
    edited = services.update_job(actor=erin, job_id=job.pk, expected_version=1, title="Else")
    assert edited.status == Status.DRAFT
    live = make_indexed(company=careful, created_by=erin)
    with pytest.raises(services.ApprovalNeeded):
        services.update_job(actor=erin, job_id=live.pk, expected_version=1, title="Else")
    assert services.update_job(actor=bob, job_id=live.pk, expected_version=1, title="Else").title == "Else"


@pytest.mark.django_db
def test_a_company_without_approval_has_nothing_to_submit(bob: User, acme: Company) -> None:
    with pytest.raises(services.WrongState):
        services.submit_job(actor=bob, job_id=make_job(company=acme, status=Status.DRAFT).pk)


@pytest.mark.django_db
def test_a_moment_is_read_on_the_clocks_of_the_jobs_zone(as_user: Client, bob: User, acme: Company) -> None:
    client, job = as_user(bob), make_job(company=acme, status=Status.DRAFT)
    day = (timezone.now() + timedelta(days=30)).date()
    body = {"timezone": "Africa/Douala", "publish_at": f"{day}T09:00:00"}
    answer = client.patch(url(job), body, format="json", headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.json()
    assert answer.json()["publish_at"] == f"{day}T08:00:00Z"
    scheduled = client.post(url(job, "publish"), {"version": 2}, format="json").json()
    assert scheduled["status"] == "scheduled"
    assert APIClient().get(url(job)).status_code == 404
    back = client.patch(url(job), {"publish_at": None}, format="json", headers={"If-Match": '"3"'})
    assert back.json()["errors"][0]["attr"] == "publish_at"


@pytest.mark.parametrize(
    ("zone", "clock", "utc"),
    [
        ("Europe/Paris", "2031-10-26T02:30:00", "2031-10-26T00:30:00+00:00"),
        ("Pacific/Kiritimati", "2031-05-28T00:00:00", "2031-05-27T10:00:00+00:00"),
        ("Pacific/Pago_Pago", "2031-05-28T23:59:59", "2031-05-29T10:59:59+00:00"),
        ("Australia/Lord_Howe", "2031-01-01T12:00:00", "2031-01-01T01:00:00+00:00"),
    ],
)
def test_of_two_equal_moments_the_first_is_meant(zone: str, clock: str, utc: str) -> None:
    assert instant_of(datetime.fromisoformat(clock), zone).astimezone(UTC).isoformat() == utc


def test_a_moment_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Invalid):
        instant_of(datetime(2031, 3, 30, 2, 30), "Europe/Paris")


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_posting_is_open_to_the_end_of_its_last_day_in_its_own_zone(zone: str, month: int, bob: User, acme: Company):
    """Every month, so that the days on which clocks are set forward and back are among them."""
    year = timezone.now().year + 1
    for day in (1, 8, 9, 26, 28):
        job = make_job(company=acme, status=Status.DRAFT)
        last = datetime(year, month, day).date()
        job = services.update_job(actor=bob, job_id=job.pk, expected_version=1, expires_on=last, timezone=zone)
        end = datetime(year, month, day, 23, 59, 59, tzinfo=ZoneInfo(zone))
        assert not job.is_expired(end) and job.is_expired(end + timedelta(seconds=1))
        assert job.local_expiry().date() == last + timedelta(days=1) and job.local_expiry().hour == 0


@pytest.mark.django_db
def test_the_moment_comes_by_the_clock_and_for_whoever_asks_before_it(bob: User, acme: Company, api: APIClient) -> None:
    first, second, later = (make_job(company=acme, status=Status.SCHEDULED) for _ in range(3))
    Job.objects.filter(pk__in=[first.pk, second.pk]).update(publish_at=timezone.now())
    Job.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get(url(first)).json()["status"] == "live"
    assert publish_due() == 0  # the second one cannot be
    second.refresh_from_db(), later.refresh_from_db()
    assert (second.status, second.hold_reason, later.status) == ("draft", "expiry_passed", "scheduled")
    assert topics() == ["Published", "HeldBack"]


@pytest.mark.django_db
def test_a_moment_without_room_in_the_plan_leaves_a_draft_that_says_so(bob: User, acme: Company) -> None:
    make_indexed(company=acme)
    job = make_job(company=acme, status=Status.SCHEDULED, publish_at=timezone.now())
    assert publish_due() == 0
    job.refresh_from_db()
    assert (job.status, job.hold_reason) == ("draft", "plan_limit_reached")


def race(number: int, act: Callable[[int], Any]) -> list[Any]:
    start, outcomes = threading.Barrier(number), []

    def run(place: int) -> None:
        start.wait()
        try:
            outcomes.append(act(place))
        except services.DuplicatePosting as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_come_at_the_moment_one_publishes(bob: User, acme: Company) -> None:
    job = make_job(company=acme, status=Status.SCHEDULED, publish_at=timezone.now())
    outcomes = race(8, lambda _: services.publish_due_job(job_id=job.pk))
    assert sorted(outcomes) == [False] * 7 + [True]
    assert topics() == ["Published"] and JobSearch.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_equal_drafts_that_go_live_at_once_one_does(bob: User, acme: Company, roomy: None) -> None:
    drafts = [make_job(company=acme, status=Status.DRAFT, title="Pump keeper", description=TEXT) for _ in range(2)]
    outcomes = race(2, lambda place: services.publish_job(actor=bob, job_id=drafts[place].pk).status)
    assert sorted(outcomes) == ["duplicate_posting", "live"]


@pytest.fixture
def roomy(acme: Company) -> None:
    """Acme may have many postings live."""
    from subscriptions.models import Plan, Subscription

    plan = Plan.objects.get(code="company-premium")
    Subscription.objects.create(company=acme, plan=plan, current_period_start_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "is_twin"),
    [
        ({}, True),
        ({"title": "PUMP KEEPER"}, True),
        ({"title": "Keeper, pump"}, True),
        ({"description": TEXT + " Come soon."}, True),
        ({"title": "Accountant"}, False),
        ({"locations": [{"city": "Yaoundé", "country": "CM"}]}, False),
        ({"locations": [{"city": "DOUALA", "country": "CM"}, {"city": "Limbe", "country": "CM"}]}, True),
        ({"description": "Drive a lorry between the port and the depot, five days a week, mostly by day."}, False),
    ],
)
def test_title_place_and_text_together_make_a_twin(
    change: dict[str, Any], is_twin: bool, as_user: Client, bob: User, acme: Company, roomy: None
) -> None:
    client = as_user(bob)
    first = make_job(company=acme, status=Status.DRAFT, title="Pump keeper", description=TEXT)
    services.publish_job(actor=bob, job_id=first.pk)
    second = make_job(company=acme, status=Status.DRAFT, **{"title": "Pump keeper", "description": TEXT, **change})
    answer = client.post(url(second, "publish"), {"version": 1}, format="json")
    if not is_twin:
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_posting")
    assert [twin["id"] for twin in answer.json()["duplicates"]] == [str(first.public_id)]
    meant = client.post(url(second, "publish"), {"version": 1, "allow_duplicate": True}, format="json")
    assert meant.json()["status"] == "live"


@pytest.mark.django_db
def test_another_companys_equal_posting_is_no_twin(bob: User, carol: User, acme: Company, globex: Company) -> None:
    for actor, company in ((bob, acme), (carol, globex)):
        job = make_job(company=company, status=Status.DRAFT, title="Pump keeper", description=TEXT)
        assert services.publish_job(actor=actor, job_id=job.pk).status == Status.LIVE


@pytest.mark.django_db
def test_a_copy_says_the_same_and_carries_no_date_or_reference(as_user: Client, bob: User, acme: Company) -> None:
    original = make_indexed(
        company=acme, title="Pump keeper", reference="P-7", skills=["Pumps"], expires_at=timezone.now()
    )
    make_question(job=original, label="Ready?")
    made = as_user(bob).post(url(original, "duplicate"))
    assert made.status_code == 201
    copy = made.json()
    assert (copy["title"], copy["status"], copy["reference"], copy["expires_at"]) == ("Pump keeper", "draft", "", None)
    assert copy["skills"][0]["name"] == "Pumps" and copy["questions"][0]["label"] == "Ready?"
    assert (
        copy["id"] != str(original.public_id)
        and copy["locations"] == as_user(bob).get(url(original)).json()["locations"]
    )


@pytest.mark.django_db
def test_versions_are_read_by_any_number_and_their_difference_is_named(
    as_user: Client, bob: User, carol: User, acme: Company, globex: Company
) -> None:
    client, job = as_user(bob), make_job(company=acme, status=Status.DRAFT, title="First")
    services.publish_job(actor=bob, job_id=job.pk)  # version 2
    services.pause_job(actor=bob, job_id=job.pk)
    services.publish_job(actor=bob, job_id=job.pk)
    services.update_job(actor=bob, job_id=job.pk, expected_version=4, title="Second", openings=3)
    assert [row["number"] for row in client.get(url(job, "versions")).json()["results"]] == [5, 2]
    assert client.get(url(job, "versions", "4")).json()["content"]["title"] == "First"
    assert client.get(url(job, "versions", "1")).status_code == 404
    diff = client.get(url(job, "diff"), {"before": 3, "after": 9}).json()
    assert (diff["before"], diff["after"]) == (2, 5)
    assert diff["changes"] == [
        {"field": "title", "before": "First", "after": "Second"},
        {"field": "openings", "before": 1, "after": 3},
    ]
    first = client.get(url(job, "diff"), {"after": 2}).json()
    assert (first["before"], first["after"]) == (None, 2)
    assert {"field": "title", "before": None, "after": "First"} in first["changes"]
    for path in (url(job, "versions"), url(job, "versions", "2"), url(job, "diff") + "?before=1&after=5"):
        assert as_user(carol).get(path).status_code == 404


@pytest.mark.django_db
def test_carol_neither_submits_nor_copies(carol: User, globex: Company, careful: Company) -> None:
    job = make_job(company=careful, status=Status.PENDING)
    for verb in (services.submit_job, services.approve_job, services.recall_job, services.duplicate_job):
        with pytest.raises(NotFound):
            verb(actor=carol, job_id=job.pk)
    assert Job.objects.count() == 1 and Job.objects.get().status == Status.PENDING
