from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.decisions import announcing
from applications.decisions.announcing import announce_due
from applications.decisions.closing import start_disposition, work_off_dispositions, work_off_item
from applications.models import Application, ApplicationEvent, CompanyReason, Disposition, DispositionItem
from applications.services import (
    AlreadyApplied,
    ApplicationWrongState,
    announce_rejection,
    hire_candidate,
    reject_application,
    restore_application,
    submit_application,
    withdraw_application,
)
from applications.tests.factories import make_application, seen_fresh
from applications.tests.races import in_parallel
from applications.vocabulary import Progress, Status
from companies.models import Company, Membership, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.services import ApplicantsWaiting, close_job
from jobs.services.lifecycle import JobNotOpen
from jobs.tests.factories import make_job
from resumes.tests.factories import make_resume
from umemployed.api.errors import Forbidden, NotFound
from umemployed.events.models import EventRecord
from umemployed.privacy.registry import REGISTRY

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
BULK = "/api/v1/applications/bulk/"


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, openings=2)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def withhold(application: Application, actor: User, minutes: int = 60) -> Application:
    return reject_application(
        actor=actor, application_id=application.pk, version=application.version, reason="pay", delay_minutes=minutes
    )


def let_time_pass(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(withheld_until=timezone.now() - timedelta(seconds=1))


def told(application: Application) -> int:
    return ApplicationEvent.objects.filter(application=application, progress="not_selected").count()


# --- Rejections that wait ----------------------------------------------------------------------------
def test_a_withheld_rejection_shows_nowhere_until_its_time(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    mine, team = as_user(alice), as_user(bob)
    url = f"/api/v1/applications/{application.public_id}/"
    before = mine.get(url).json()
    rejected = team.post(f"{url}reject/", {"reason": "pay", "delay_minutes": 60, "version": 1}).json()
    assert (rejected["team"]["status"], rejected["team"]["withheld_until"] is not None) == ("rejected", True)
    after = mine.get(url).json()
    assert {**after, "version": 1, "seen_at": None} == {**before, "seen_at": None}
    assert [entry["kind"] for entry in mine.get(f"{url}timeline/").json()["results"]] == ["submitted"]
    assert mine.get("/api/v1/applications/?status=rejected").json()["results"] == []
    assert len(mine.get("/api/v1/applications/?status=active").json()["results"]) == 1
    assert len(team.get("/api/v1/applications/?status=rejected").json()["results"]) == 1
    with pytest.raises(AlreadyApplied):
        make_application(job=application.job, candidate=alice)
    (exported,) = REGISTRY.tables[Application].exported_rows(alice)
    assert (exported["status"], exported["decided_at"]) == ("active", None)
    assert not {"version", "updated_at", "withheld_until", "rejection_reason"} & set(exported)
    assert announce_due() == 0
    let_time_pass(application)
    assert announce_due() == 1
    assert mine.get(url).json()["progress"] == "not_selected"
    (exported,) = REGISTRY.tables[Application].exported_rows(alice)
    assert (exported["status"], exported["decided_at"] is not None) == ("rejected", True)
    entry = application.history.latest("pk")
    assert (entry.kind, entry.actor, entry.is_shown_to_candidate, entry.reason) == ("announced", bob, True, "pay")
    assert announce_due() == 0


def test_the_companys_policy_says_how_long_unless_the_case_does(
    application: Application, bob: User, acme: Company
) -> None:
    from applications.models import HiringPolicy

    HiringPolicy.objects.create(company=acme, rejection_delay_minutes=120)
    rejected = reject_application(actor=bob, application_id=application.pk, version=1, reason="pay")
    assert timedelta(minutes=119) < rejected.withheld_until - timezone.now() <= timedelta(minutes=120)
    at_once = reject_application(
        actor=bob, application_id=make_application(job=application.job).pk, version=1, reason="pay", delay_minutes=0
    )
    assert (at_once.withheld_until, at_once.progress()) == (None, Progress.NOT_SELECTED)


def test_restoring_takes_it_back_unnoticed(application: Application, bob: User) -> None:
    withhold(application, bob)
    restored = restore_application(actor=bob, application_id=application.pk, version=2)
    assert (restored.status, restored.withheld_until) == (Status.ACTIVE, None)
    let_time_pass_for_all()
    assert announce_due() == 0
    assert application.history.shown_to_candidate().count() == 1


def let_time_pass_for_all() -> None:
    Application.objects.filter(withheld_until__isnull=False).update(withheld_until=timezone.now())


def test_who_withdraws_meanwhile_is_never_told(application: Application, alice: User, bob: User) -> None:
    withhold(application, bob)
    withdrawn = withdraw_application(actor=alice, application_id=application.pk)
    assert (withdrawn.status, withdrawn.withheld_until) == (Status.WITHDRAWN, None)
    let_time_pass_for_all()
    assert announce_due() == 0
    assert told(application) == 0


def test_bob_tells_it_early_once(application: Application, bob: User) -> None:
    withhold(application, bob)
    announce_rejection(actor=bob, application_id=application.pk, version=2)
    with pytest.raises(ApplicationWrongState) as refused:
        announce_rejection(actor=bob, application_id=application.pk, version=3)
    assert (refused.value.extra["reason"], bool(refused.value.extra["remedy"])) == ("already_told", True)
    assert told(application) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_tell_each_candidate_once(acme: Company, bob: User) -> None:
    job = make_job(company=acme)
    waiting = [make_application(job=job) for _ in range(6)]
    for application in waiting:
        withhold(application, bob)
    let_time_pass_for_all()
    results = in_parallel(*[announce_due] * 5)
    assert not [result for result in results if isinstance(result, Exception)]
    announce_due()
    assert [told(application) for application in waiting] == [1] * 6
    assert EventRecord.objects.filter(topic="applications.ApplicationMoved").count() == 12


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_on_the_way_has_told_nothing(
    acme: Company, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = make_application(job=make_job(company=acme))
    withhold(application, bob)
    let_time_pass(application)
    enact = announcing.enact

    def die(*args: Any, **kwargs: Any) -> None:
        enact(*args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def work() -> None:
        monkeypatch.setattr(announcing, "enact", die)
        try:
            announce_due()
        finally:
            connection.close()

    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except OperationalError as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    monkeypatch.setattr(announcing, "enact", enact)
    assert len(failures) == 1
    assert told(application) == 0
    assert announce_due() == 1
    assert told(application) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_restoring_and_telling_at_once_do_one_of_the_two(acme: Company, bob: User) -> None:
    for _ in range(5):
        application = make_application(job=make_job(company=acme))
        withhold(application, bob)
        let_time_pass(application)
        restored, count = in_parallel(
            lambda pk=application.pk: restore_application(actor=bob, application_id=pk, version=2), announce_due
        )
        application = seen_fresh(application)
        if isinstance(restored, Application):
            assert (application.status, told(application)) == ("active", 0)
        else:
            assert (count, application.status, told(application)) == (1, "rejected", 1)


# --- Reasons -----------------------------------------------------------------------------------------
def test_a_company_has_reasons_of_its_own(
    application: Application, bob: User, carol: User, globex: Company, as_user: AsUser
) -> None:
    client, base = as_user(bob), "/api/v1/companies/acme/rejection-reasons/"
    made = client.post(base, {"reason": "pay", "label": "Wants a car"})
    assert made.status_code == 201
    assert client.post(base, {"reason": "other", "label": "wants a CAR"}).json()["code"] == "name_taken"
    url = f"/api/v1/applications/{application.public_id}/reject/"
    theirs = CompanyReason.objects.create(company=globex, reason="other", label="Theirs")
    assert client.post(url, {"version": 1, "company_reason": str(theirs.public_id)}).status_code == 400
    assert client.post(url, {"version": 1}).json()["errors"][0]["attr"] == "reason"
    rejected = client.post(url, {"version": 1, "company_reason": made.json()["id"]}).json()
    assert (rejected["team"]["rejection_reason"], rejected["team"]["company_reason"]) == ("pay", "Wants a car")
    retired = client.patch(f"{base}{made.json()['id']}/", {"is_retired": True})
    assert retired.json()["is_retired"] is True
    other = make_application(job=application.job)
    url = f"/api/v1/applications/{other.public_id}/reject/"
    assert client.post(url, {"version": 1, "company_reason": made.json()["id"]}).status_code == 400
    assert as_user(carol).post(base, {"reason": "pay", "label": "x"}).status_code == 404
    assert as_user(carol).patch(f"{base}{made.json()['id']}/", {"label": "x"}).status_code == 404
    assert CompanyReason.objects.filter(company=application.company).count() == 1


# --- Bulk --------------------------------------------------------------------------------------------
def test_a_bulk_answers_each_item_by_itself(job: Job, bob: User, as_user: AsUser) -> None:
    good, stale, ended = (make_application(job=job) for _ in range(3))
    foreign = make_application()
    reject_application(actor=bob, application_id=ended.pk, version=1, reason="pay")
    stage = job.stages.all()[1]
    items = [
        {"application": str(one.public_id), "version": version}
        for one, version in ((ended, 2), (foreign, 1), (good, 1), (stale, 7))
    ]
    answer = as_user(bob).post(BULK, {"action": "move", "stage": str(stage.public_id), "items": items})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["done"], body["failed"]) == (1, 3)
    assert [row["application"] for row in body["results"]] == [item["application"] for item in items]
    assert [(row["problem"] or {}).get("code") for row in body["results"]] == [
        "application_wrong_state",
        "not_found",
        None,
        "stale_version",
    ]
    assert (body["results"][2]["ok"], body["results"][2]["version"]) == (True, 2)
    assert seen_fresh(good).stage == stage
    assert seen_fresh(stale).version == 1


@pytest.mark.parametrize(
    "body",
    [
        {"action": "hire"},
        {"action": "move"},
        {"action": "reject"},
        {"action": "restore", "reason": "pay"},
        {"action": "reject", "reason": "pay", "items": []},
        {"action": "reject", "reason": "pay", "items": [{"application": "x", "version": 1}]},
        {"action": "reject", "reason": "nonsense"},
    ],
)
def test_a_malformed_bulk_does_nothing(
    application: Application, bob: User, as_user: AsUser, body: dict[str, Any]
) -> None:
    items = [{"application": str(application.public_id), "version": 1}]
    assert as_user(bob).post(BULK, {"items": items, **body}).status_code == 400
    doubled = {"action": "reject", "reason": "pay", "items": items * 2}
    assert as_user(bob).post(BULK, doubled).status_code == 400
    crowd = {"action": "reject", "reason": "pay", "items": items * 101}
    assert as_user(bob).post(BULK, crowd).status_code == 400
    assert seen_fresh(application).version == 1


def test_carol_moves_nothing_in_bulk(
    application: Application, carol: User, alice: User, globex: Company, as_user: AsUser
) -> None:
    items = [{"application": str(application.public_id), "version": 1}]
    body = {"action": "reject", "reason": "pay", "items": items}
    assert as_user(carol).post(BULK, body).json()["results"][0]["problem"]["code"] == "not_found"
    assert as_user(alice).post(BULK, body).json()["results"][0]["problem"]["code"] == "forbidden"
    assert seen_fresh(application).version == 1


# --- Closing with a decision about everybody -----------------------------------------------------------
def test_closing_decides_about_everybody_who_is_left(job: Job, bob: User, as_user: AsUser) -> None:
    left = [make_application(job=job) for _ in range(5)]
    hire_candidate(actor=bob, application_id=left[0].pk, version=1)
    client, base = as_user(bob), f"/api/v1/jobs/{job.public_id}/dispositions/"
    exceptions = [
        {"application": str(left[1].public_id), "act": "keep"},
        {"application": str(left[2].public_id), "act": "reject", "reason": "not_qualified"},
    ]
    started = client.post(base, {"version": job.version, "delay_minutes": 30, "exceptions": exceptions})
    assert started.status_code == 201, started.content
    assert {name: started.json()[name] for name in ("status", "total", "pending", "done", "failed")} == {
        "status": "running",
        "total": 4,
        "pending": 3,
        "done": 1,
        "failed": 0,
    }
    assert Job.objects.get(pk=job.pk).status == "closed"
    assert client.post(base, {}).json()["code"] == "disposition_running"
    hire_candidate(actor=bob, application_id=left[4].pk, version=1)  # somebody is quicker than the worker
    assert work_off_dispositions(seconds=30) == 3
    url = f"{base}{started.json()['id']}/"
    shown = client.get(url).json()
    assert (shown["status"], shown["pending"], shown["done"], shown["failed"]) == ("done", 0, 3, 1)
    items = client.get(f"{url}items/").json()["results"][::-1]
    assert [(item["act"], item["reason"], item["status"], item["problem"]) for item in items] == [
        ("keep", "", "done", ""),
        ("reject", "not_qualified", "done", ""),
        ("reject", "job_closed", "done", ""),
        ("reject", "job_closed", "failed", "is_hired"),
    ]
    rejected = seen_fresh(left[3])
    assert (rejected.status, rejected.rejection_reason, rejected.withheld_until is not None) == (
        "rejected",
        "job_closed",
        True,
    )
    restore_application(actor=bob, application_id=left[4].pk, version=2)
    assert client.post(f"{url}retry/", {}).json()["pending"] == 1
    work_off_dispositions(seconds=30)
    assert client.get(url).json()["failed"] == 0
    assert EventRecord.objects.filter(topic="applications.DispositionFinished").count() == 2


def test_closing_asks_about_those_who_wait(job: Job, bob: User, as_user: AsUser) -> None:
    for _ in range(2):
        make_application(job=job)
    withheld = make_application(job=job)
    withhold(withheld, bob)
    client, url = as_user(bob), f"/api/v1/jobs/{job.public_id}/close/"
    refused = client.post(url, {"version": job.version})
    assert (refused.status_code, refused.json()["code"], refused.json()["waiting"]) == (409, "applicants_waiting", 2)
    assert Job.objects.get(pk=job.pk).status == "live"
    closed = client.post(url, {"version": job.version, "keep_applicants": True})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    assert Application.objects.filter(job=job, status=Status.ACTIVE).count() == 2
    assert client.post(f"/api/v1/jobs/{job.public_id}/dispositions/", {}).json()["pending"] == 2, "later is possible"


def test_a_job_about_which_all_is_decided_just_closes(application: Application, bob: User, as_user: AsUser) -> None:
    hire_candidate(actor=bob, application_id=application.pk, version=1)
    closed = as_user(bob).post(f"/api/v1/jobs/{application.job.public_id}/close/", {"version": application.job.version})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_slips_in_under_a_closing_that_found_nobody(acme: Company, bob: User) -> None:
    """Ten candidates apply while the job is closed: whoever got in was seen, or the closing was first."""
    for _ in range(5):
        job = make_job(company=acme)
        people = [make_resume() for _ in range(10)]

        ask = {"job_id": job.pk}
        applying = [
            partial(submit_application, actor=resume.owner, resume_id=resume.public_id, **ask) for resume in people
        ]
        *applied, closing = in_parallel(*applying, partial(close_job, actor=bob, **ask))
        job.refresh_from_db()
        if isinstance(closing, ApplicantsWaiting):
            assert (job.status, {type(each) for each in applied}) == ("live", {Application})
        else:
            assert (job.status, {type(each) for each in applied}) == ("closed", {JobNotOpen})


def test_a_job_without_applicants_is_done_at_once(job: Job, bob: User) -> None:
    assert start_disposition(actor=bob, job_id=job.pk).status == "done"


def test_the_rights_are_those_of_the_moment(application: Application, acme: Company) -> None:
    recruiter = make_membership(company=acme)
    disposition = start_disposition(actor=recruiter.user, job_id=application.job_id)
    Membership.objects.filter(pk=recruiter.pk).delete()
    work_off_dispositions(seconds=30)
    assert disposition.items.get().problem == "not_found"
    assert seen_fresh(application).is_active()


def test_carol_closes_nothing(
    application: Application, carol: User, globex: Company, acme: Company, as_user: AsUser
) -> None:
    base = f"/api/v1/jobs/{application.job.public_id}/dispositions/"
    assert as_user(carol).post(base, {}).status_code == 404
    with pytest.raises(NotFound):
        start_disposition(actor=carol, job_id=application.job_id)
    with pytest.raises(Forbidden):
        start_disposition(actor=make_membership(company=acme, role=Role.INTERVIEWER).user, job_id=application.job_id)
    foreign = {"application": str(make_application().public_id), "act": "keep"}
    bob = acme.memberships.get(role=Role.OWNER).user
    assert as_user(bob).post(base, {"exceptions": [foreign]}).status_code == 400
    assert Job.objects.get(pk=application.job_id).status == "live"
    assert not Disposition.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_workers_carry_each_item_out_once(acme: Company, bob: User) -> None:
    job = make_job(company=acme)
    left = [make_application(job=job) for _ in range(8)]
    start_disposition(actor=bob, job_id=job.pk)
    results = in_parallel(*[lambda: work_off_dispositions(seconds=30)] * 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(results) + work_off_dispositions(seconds=30) == 8
    assert [one.history.filter(kind="rejected").count() for one in left] == [1] * 8
    assert Disposition.objects.get().status == "done"
    assert EventRecord.objects.filter(topic="applications.DispositionFinished").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_an_item_and_its_rejection_live_or_die_together(acme: Company, bob: User) -> None:
    application = make_application(job=make_job(company=acme))
    start_disposition(actor=bob, job_id=application.job_id)
    item = DispositionItem.objects.get()
    with pytest.raises(RuntimeError), transaction.atomic():
        work_off_item(item.pk)
        raise RuntimeError("the worker dies before its commit")
    assert DispositionItem.objects.get().status == "pending"
    assert seen_fresh(application).is_active()
    work_off_dispositions(seconds=30)
    assert seen_fresh(application).status == Status.REJECTED


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_slips_in_while_the_job_closes(acme: Company, bob: User) -> None:
    from accounts.tests.factories import make_user
    from resumes.tests.factories import make_resume

    for _ in range(4):
        job, candidate = make_job(company=acme), make_user()
        resume = make_resume(owner=candidate)

        def apply(job: Job = job, candidate: User = candidate, resume: Any = resume) -> Any:
            return submit_application(actor=candidate, job_id=job.pk, resume_id=resume.public_id)

        applied, closed = in_parallel(apply, lambda job=job: start_disposition(actor=bob, job_id=job.pk))
        assert isinstance(closed, Disposition), closed
        assert closed.items.count() == isinstance(applied, Application)
