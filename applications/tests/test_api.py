from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_client, make_user
from applications.models import Application, ApplicationEvent
from applications.services import stages_of
from applications.tests.factories import make_application, set_status
from applications.vocabulary import Status
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job, make_question
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
LIST = "/api/v1/applications/"


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, title="Carpenter")


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def url(application: Application, verb: str = "") -> str:
    return f"{LIST}{application.public_id}/{verb and f'{verb}/'}"


def apply(client: APIClient, job: Job, resume: Any, **more: Any) -> Any:
    body = {"resume": str(resume.public_id), "consent": True, **more}
    return client.post(f"/api/v1/jobs/{job.public_id}/apply/", body)


def test_alice_applies_and_sees_what_she_may_do(job: Job, alice: User, as_user: AsUser) -> None:
    question = make_question(job=job, label="Why?")
    answers = [{"question": str(question.public_id), "value": "Because"}]
    answer = apply(as_user(alice), job, make_resume(owner=alice), answers=answers, cover_letter="Hello")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["progress"], body["attempt"], body["team"]) == ("received", 1, None)
    assert body["job"]["title"] == "Carpenter"
    assert [(act["id"], act["enabled"]) for act in body["actions"]] == [("withdraw", True)]


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "resume"),
        ({"resume": "x", "consent": True}, "resume"),
        ({"resume": str(uuid.uuid4()), "consent": True}, "resume"),
        ({"resume": str(uuid.uuid4()), "consent": False}, "consent"),
        ({"resume": str(uuid.uuid4()), "consent": True, "cover_letter": 7}, "cover_letter"),
        ({"resume": str(uuid.uuid4()), "consent": True, "source": "x" * 61}, "source"),
    ],
)
def test_bad_input_is_a_precise_400(job: Job, alice: User, as_user: AsUser, body: dict[str, Any], attr: str) -> None:
    answer = as_user(alice).post(f"/api/v1/jobs/{job.public_id}/apply/", body)
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("answers", [7, "x", [7], [{"question": 7}], [[[]]], {"a": 1}, [{"question": "x", "value": 1}]])
def test_malformed_answers_are_named(job: Job, alice: User, as_user: AsUser, answers: Any) -> None:
    answer = apply(as_user(alice), job, make_resume(owner=alice), answers=answers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith("answers")


def test_a_missing_and_a_hidden_job_are_the_same_404(alice: User, as_user: AsUser) -> None:
    hidden, resume = make_job(status="draft"), make_resume(owner=alice)
    answers = [apply(as_user(alice), one, resume) for one in (hidden, Job(public_id=uuid.uuid4()))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


def test_bob_reads_moves_and_decides(application: Application, bob: User, as_user: AsUser) -> None:
    client = as_user(bob)
    shown = client.get(url(application)).json()
    assert shown["team"]["candidate"]["name"] == "Alice Ndongo"
    assert shown["team"]["stage"]["name"] == "New"
    assert {act["id"]: act["enabled"] for act in shown["actions"]} == {
        "move": True,
        "hire": True,
        "reject": True,
        "announce": False,
        "restore": False,
    }
    assert next(act for act in shown["actions"] if act["id"] == "restore")["reason"] == "is_active"
    stage = application.job.stages.get(name="Interview")
    moved = client.post(url(application, "move"), {"stage": str(stage.public_id), "version": 1})
    assert (moved.status_code, moved.json()["team"]["stage"]["name"]) == (200, "Interview")
    stale = client.post(url(application, "reject"), {"reason": "pay", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert stale.json()["state"]["version"] == 2
    rejected = client.post(url(application, "reject"), {"reason": "pay", "note": "too dear", "version": 2})
    assert rejected.json()["team"]["status"] == "rejected"
    again = client.post(url(application, "hire"), {"version": 3})
    assert (again.status_code, again.json()["code"], again.json()["reason"]) == (
        409,
        "application_wrong_state",
        "is_rejected",
    )
    assert client.post(url(application, "restore"), {"version": 3}).json()["team"]["status"] == "active"
    assert client.post(url(application, "hire"), {"version": 4}).json()["team"]["status"] == "hired"


def test_the_candidate_reads_a_progress_and_nothing_of_the_teams(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    client = as_user(bob)
    client.get(url(application))
    stage = application.job.stages.get(name="Screening")
    client.post(url(application, "move"), {"stage": str(stage.public_id), "version": 1})
    client.post(url(application, "reject"), {"reason": "pay", "note": "secret-note", "version": 2})
    mine = as_user(alice).get(url(application))
    timeline = as_user(alice).get(url(application, "timeline"))
    for text in (mine.content, timeline.content):
        for secret in (b"Screening", b"secret-note", b'"pay"', b"Bob"):
            assert secret not in text
    assert (mine.json()["progress"], mine.json()["seen_at"] is not None) == ("not_selected", True)
    told = [(entry["kind"], entry["progress"]) for entry in timeline.json()["results"]]
    assert told == [
        ("progress", "not_selected"),
        ("progress", "in_review"),
        ("seen", "received"),
        ("submitted", "received"),
    ]
    team = as_user(bob).get(url(application, "timeline")).json()["results"]
    assert team[0]["team"]["note"] == "secret-note"
    assert team[1]["team"]["dwell_seconds"] >= 0


def test_reading_does_not_tell_the_candidates_own_look(application: Application, alice: User, as_user: AsUser) -> None:
    assert as_user(alice).get(url(application)).json()["seen_at"] is None
    assert application.history.count() == 1


def test_both_sides_read_the_capsule_and_the_teams_look_is_recorded(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    mine = as_user(alice).get(url(application, "capsule")).json()
    assert not AuditEntry.objects.filter(action="capsule:read").exists()
    theirs = as_user(bob).get(url(application, "capsule")).json()
    assert mine == theirs
    assert mine["content"]["posting"]["title"] == "Carpenter"
    assert AuditEntry.objects.filter(action="capsule:read", actor=bob).count() == 1


def test_alice_withdraws_and_may_not_do_what_the_team_does(
    application: Application, alice: User, as_user: AsUser
) -> None:
    client = as_user(alice)
    assert client.post(url(application, "hire"), {"version": 1}).status_code == 403
    assert client.post(url(application, "withdraw"), {"note": "found another"}).json()["progress"] == "withdrawn"
    assert client.post(url(application, "withdraw"), {}).status_code == 409
    assert client.get(f"{LIST}?status=withdrawn").json()["results"][0]["id"] == str(application.public_id)


def test_carol_is_refused_everywhere_and_nothing_changes(
    application: Application, carol: User, globex: Company, as_user: AsUser
) -> None:
    client = as_user(carol)
    stage = str(application.stage.public_id)
    missing = client.get(f"{LIST}{uuid.uuid4()}/").json()["detail"]
    answers = [client.get(url(application, name)) for name in ("", "timeline", "capsule")]
    bodies = {"move": {"stage": stage}, "hire": {}, "reject": {"reason": "pay"}, "restore": {}}
    answers += [client.post(url(application, verb), {**body, "version": 1}) for verb, body in bodies.items()]
    answers.append(client.post(url(application, "withdraw"), {}))
    assert {(answer.status_code, answer.json()["detail"]) for answer in answers} == {(404, missing)}
    for query in ("", f"?job={application.job.public_id}", f"?stage={stage}", "?side=team&count=true"):
        assert client.get(f"{LIST}{query}").json()["results"] == []
    assert (ApplicationEvent.objects.count(), Application.objects.get().version) == (1, 1)
    assert APIClient().get(LIST).status_code == 401


def test_the_list_filters_strictly(application: Application, alice: User, bob: User, as_user: AsUser) -> None:
    other = make_application(job=make_job(company=application.company))
    set_status(other, Status.REJECTED)
    mine = make_application(candidate=bob)
    client = as_user(bob)

    def ids(query: str) -> set[str]:
        return {row["id"] for row in client.get(f"{LIST}?{query}").json()["results"]}

    assert ids("") == {str(one.public_id) for one in (application, other, mine)}
    assert ids("side=team") == {str(one.public_id) for one in (application, other)}
    assert ids("side=candidate") == {str(mine.public_id)}
    assert ids(f"job={application.job.public_id}") == {str(application.public_id)}
    assert ids("status=rejected,hired") == {str(other.public_id)}
    assert ids(f"stage={application.stage.public_id}") == {str(application.public_id)}
    assert as_user(alice).get(f"{LIST}?stage={application.stage.public_id}").json()["results"] == []
    for bad in ("status=nonsense", "job=x", "stage=x", "side=x", "ordering=stage", "colour=red", "page_size=101"):
        answer = client.get(f"{LIST}?{bad}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["attr"].partition(".")[0] == bad.partition("=")[0]
    rows = client.get(f"{LIST}?ordering=submitted_at").json()["results"]
    assert [row["submitted_at"] for row in rows] == sorted(row["submitted_at"] for row in rows)


@pytest.mark.parametrize("path", ["", "timeline"])
def test_a_list_costs_the_same_for_two_rows_as_for_twenty(job: Job, bob: User, as_user: AsUser, path: str) -> None:
    client, costs = as_user(bob), []
    first = make_application(job=job)
    for more in (1, 8):
        for _ in range(more):
            make_application(job=job)
            client.get(url(first))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(first, path) if path else LIST).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8


def test_applying_costs_the_same_for_a_small_job_as_for_a_large_one(acme: Company, as_user: AsUser) -> None:
    costs = []
    for count in (1, 8):
        job, person = make_job(company=acme, skills=[f"Skill {number}" for number in range(count)]), make_user()
        for _ in range(count):
            make_question(job=job)
        stages_of(job)  # as going live does
        client, resume = as_user(person), make_resume(owner=person)
        with CaptureQueriesContext(connection) as queries:
            assert apply(client, job, resume).status_code == 201
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 19


def test_an_idempotency_key_makes_one_application(job: Job, alice: User, as_user: AsUser) -> None:
    client, resume = as_user(alice), make_resume(owner=alice)
    body = {"resume": str(resume.public_id), "consent": True}
    path = f"/api/v1/jobs/{job.public_id}/apply/"
    first, second = (client.post(path, body, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert Application.objects.count() == 1


def test_an_applicant_goes_on_reading_a_closed_job(application: Application, alice: User, carol: User) -> None:
    Job.objects.filter(pk=application.job_id).update(status="closed")
    assert Job.objects.for_user(alice).filter(pk=application.job_id).exists()
    assert not Job.objects.for_user(carol).filter(pk=application.job_id).exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_200_parallel_applies_make_one_application() -> None:
    job, alice = make_job(), make_user()
    resume = make_resume(owner=alice)
    body = {"resume": str(resume.public_id), "consent": True}
    token = make_client(alice)._credentials
    statuses: list[int] = []

    def send(count: int) -> None:
        client = APIClient()
        client.credentials(**token)
        try:
            path = f"/api/v1/jobs/{job.public_id}/apply/"
            statuses.extend(client.post(path, body).status_code for _ in range(count))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(10,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [201] + [409] * 199
    assert Application.objects.count() == 1


def test_the_team_reads_the_stages_to_which_it_can_move(as_user, alice, bob, carol, acme):
    application = make_application(candidate=alice, job=make_job(company=acme))
    url = f"/api/v1/jobs/{application.job.public_id}/stages/"
    answer = as_user(bob).get(url)
    assert [stage["name"] for stage in answer.json()["results"]] == ["New", "Screening", "Interview", "Offer"]
    assert as_user(alice).get(url).status_code == 404
    assert as_user(carol).get(url).status_code == 404
    assert as_user(bob).get("/api/v1/jobs/0190c0de-0000-7000-8000-000000000000/stages/").status_code == 404
