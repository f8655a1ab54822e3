from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application, HiringPolicy, JobPipeline
from applications.services import (
    CompanyBlocked,
    mark_answered,
    mark_seen,
    move_application,
    reject_application,
    stages_of,
    withdraw_application,
)
from applications.services.reminding import remind_of_promises
from applications.tests.factories import make_application, seen_fresh
from applications.tests.races import in_parallel
from applications.wording import words_of
from companies.blocks.models import Block
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.models import Resume
from umemployed.events.models import EventRecord

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    job = make_job(company=acme)
    stages_of(job)
    JobPipeline.objects.filter(job=job).update(reply_days=10)
    return job


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def reminders() -> int:
    return EventRecord.objects.filter(topic="applications.ReplyFallsDue").count()


def let_it_fall_due() -> None:
    Application.objects.update(reply_due_at=timezone.now() + timedelta(hours=23))


def test_the_promise_of_the_day_stays(application: Application, job: Job, alice: User, as_user: AsUser) -> None:
    assert timedelta(days=9) < application.reply_due_at - timezone.now() <= timedelta(days=10)
    JobPipeline.objects.update(reply_days=None)
    shown = as_user(alice).get(f"/api/v1/applications/{application.public_id}/").json()
    assert shown["reply_due_at"] is not None
    assert make_application(job=job).reply_due_at is None


def test_the_policy_is_promised_from_the_very_first_application(acme: Company) -> None:
    HiringPolicy.objects.create(company=acme, reply_days=5)
    first = make_application(job=make_job(company=acme))
    assert timedelta(days=4) < first.reply_due_at - timezone.now() <= timedelta(days=5)


def test_the_team_is_reminded_once_while_it_owes_an_answer(application: Application, job: Job, bob: User) -> None:
    assert remind_of_promises() == 0
    answered, decided, spoken = (make_application(job=job) for _ in range(3))
    move_application(actor=bob, application_id=answered.pk, stage_id=job.stages.all()[1].public_id, version=1)
    reject_application(actor=bob, application_id=decided.pk, version=1, reason="pay", delay_minutes=600)
    mark_answered(application_id=spoken.pk)
    let_it_fall_due()
    assert remind_of_promises() == 1
    assert EventRecord.objects.get(topic="applications.ReplyFallsDue").payload == {"application_id": application.pk}
    assert remind_of_promises() == 0


def test_a_look_is_no_answer_and_a_move_within_a_phase_neither(application: Application, bob: User) -> None:
    mark_seen(actor=bob, application_id=application.pk)
    assert seen_fresh(application).answered_at is None
    application.job.stages.update(phase="received")
    move_application(
        actor=bob, application_id=application.pk, stage_id=application.job.stages.all()[1].public_id, version=1
    )
    assert seen_fresh(application).answered_at is None
    first = reject_application(actor=bob, application_id=application.pk, version=2, reason="pay", delay_minutes=0)
    assert first.answered_at is not None


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_remind_once(acme: Company) -> None:
    HiringPolicy.objects.create(company=acme, reply_days=5)
    for _ in range(4):
        make_application(job=make_job(company=acme))
    let_it_fall_due()
    results = in_parallel(*[remind_of_promises] * 5)
    assert sum(results) == reminders() == 4


def test_a_company_may_keep_its_looks_to_itself(
    application: Application, bob: User, alice: User, as_user: AsUser
) -> None:
    HiringPolicy.objects.create(company=application.company, tells_first_look=False)
    url = f"/api/v1/applications/{application.public_id}/"
    team = as_user(bob)
    assert team.get(url).json()["seen_at"] is not None
    mine = as_user(alice)
    assert mine.get(url).json()["seen_at"] is None
    assert [entry["kind"] for entry in mine.get(f"{url}timeline/").json()["results"]] == ["submitted"]
    assert [entry["kind"] for entry in team.get(f"{url}timeline/").json()["results"]] == ["seen", "submitted"]


def test_the_timeline_speaks_to_the_candidate_in_their_language(
    application: Application, bob: User, alice: User, as_user: AsUser
) -> None:
    mark_seen(actor=bob, application_id=application.pk)
    interview = application.job.stages.get(name="Interview")
    move_application(actor=bob, application_id=application.pk, stage_id=interview.public_id, version=1)
    reject_application(actor=bob, application_id=application.pk, version=2, reason="pay")
    url = f"/api/v1/applications/{application.public_id}/timeline/"
    told = [entry["text"] for entry in as_user(alice).get(url).json()["results"]][::-1]
    assert told == [
        "You sent your application.",
        "The employer opened your application.",
        "The employer would like to get to know you in interviews.",
        "The employer decided on somebody else.",
    ]
    with override("fr"):
        assert all(words_of(entry) for entry in application.history.all())


def test_earlier_attempts_stay_readable_after_everything_else_is_gone(
    application: Application, job: Job, alice: User, bob: User, as_user: AsUser
) -> None:
    withdraw_application(actor=alice, application_id=application.pk)
    Application.objects.update(decided_at=timezone.now() - timedelta(days=31))
    again = make_application(job=job, candidate=alice)
    Job.objects.filter(pk=job.pk).update(status="closed")
    for resume in Resume.objects.filter(owner=alice):
        resume.delete()
    client = as_user(alice)
    rows = client.get("/api/v1/applications/").json()["results"]
    assert [(row["attempt"], row["progress"]) for row in rows] == [(2, "received"), (1, "withdrawn")]
    for one in (application, again):
        for path in ("", "timeline/", "capsule/"):
            assert client.get(f"/api/v1/applications/{one.public_id}/{path}").status_code == 200
    stage = job.stages.all()[2]
    moved = move_application(actor=bob, application_id=again.pk, stage_id=stage.public_id, version=1)
    assert moved.progress() == "interviewing"


def test_who_blocked_the_company_applies_only_after_lifting_the_block(job: Job, alice: User) -> None:
    standing = Block.objects.create(blocker=alice, company=job.company)
    with pytest.raises(CompanyBlocked):
        make_application(job=job, candidate=alice)
    assert not Application.objects.exists()
    standing.delete()
    assert make_application(job=job, candidate=alice).is_active()
