from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from accounts.tests.racing import race
from applications.assessments import services
from applications.assessments.models import Assessment, Attempt, AttemptQuestion, BankQuestion
from applications.assessments.tests.factories import (
    CONTENT,
    make_assessment,
    make_attempt,
    make_bank_question,
    make_skill,
    right_answer,
    wrong_answer,
)
from applications.assessments.vocabulary import AttemptStatus, QuestionKind
from applications.models import Application
from applications.services import withdraw_application
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job
from umemployed.api.errors import Forbidden, NotFound
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme)


@pytest.fixture
def application(job: Job, alice: User) -> Application:
    return make_application(job=job, candidate=alice)


def answer_all(attempt: Attempt, actor: User, answer: Callable[[Any], Any] = right_answer) -> None:
    for question in attempt.questions.all():
        services.save_answer(actor=actor, attempt_id=attempt.pk, question_id=question.public_id, value=answer(question))


def run_out(attempt: Attempt) -> None:
    now = timezone.now()
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=now - timedelta(seconds=31), closes_at=now)


# --- The whole story -------------------------------------------------------------------------------
def test_from_bank_to_ranking(application: Application, job: Job, alice: User, bob: User, as_user: AsUser) -> None:
    his, hers = as_user(bob), as_user(alice)
    for kind in QuestionKind:
        made = his.post(
            f"/api/v1/companies/{job.company.slug}/questions/",
            {"skill": make_skill().slug, "kind": kind, "prompt": f"{kind}?", "points": 2, **CONTENT[kind]},
        )
        assert made.status_code == 201, made.content
    path = f"/api/v1/jobs/{job.public_id}/assessment/"
    assert his.get(path).status_code == 404
    pools = [{"skill": make_skill().slug, "count": 5}]
    attached = his.post(path, {"title": "Basics", "minutes": 30, "pools": pools})
    assert (attached.status_code, attached.json()["pools"][0]["count"]) == (201, 5)
    assert his.post(path, {"title": "Basics", "minutes": 30, "pools": pools}).json()["code"] == "assessment_exists"

    mine = f"/api/v1/applications/{application.public_id}/assessment/"
    told = hers.get(mine).json()
    assert (told["question_count"], told["can_start"], told["attempts"]) == (5, True, [])
    begun = hers.post(f"{mine}start/", {})
    assert begun.status_code == 201
    attempt = begun.json()
    assert len(attempt["questions"]) == 5
    for secret in ("key", "points", "earned", "accept", "tolerance"):
        assert f'"{secret}"' not in begun.content.decode()
    kept = {str(question.public_id): question for question in AttemptQuestion.objects.all()}
    for question in attempt["questions"]:
        saved = hers.put(
            f"/api/v1/attempts/{attempt['id']}/answers/{question['id']}/",
            {"value": right_answer(kept[question["id"]])},
        )
        assert saved.status_code == 200, saved.content
    done = hers.post(f"/api/v1/attempts/{attempt['id']}/submit/", {})
    assert (done.status_code, done.json()["status"], done.json()["score"]) == (200, "submitted", None)
    assert done.json()["questions"] == []

    read = his.get(f"/api/v1/attempts/{attempt['id']}/").json()
    assert (read["score"], len(read["questions"])) == ("100.00", 5)
    assert all(Decimal(each["team"]["earned"]) == 2 for each in read["questions"])
    ranking = his.get(f"{path}ranking/").json()["results"]
    assert [(row["candidate"]["name"], row["score"]) for row in ranking] == [("Alice Ndongo", "100.00")]
    assert hers.get(f"{path}ranking/").status_code == 404


# --- Taking it -------------------------------------------------------------------------------------
def test_reading_begins_spends_and_creates_nothing(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    make_assessment(application.job)
    before = (Attempt.objects.count(), EventRecord.objects.count())
    for client in (as_user(alice), as_user(bob)):
        for _ in range(3):
            assert client.get(f"/api/v1/applications/{application.public_id}/assessment/").json()["can_start"]
    assert (Attempt.objects.count(), EventRecord.objects.count()) == before


def test_beginning_again_goes_on_with_the_same_deadline(application: Application, alice: User) -> None:
    first = make_attempt(application)
    again = services.start_attempt(actor=alice, application_id=application.pk)
    assert (again.pk, again.deadline_at) == (first.pk, first.deadline_at)
    assert EventRecord.objects.filter(topic="applications.AssessmentStarted").count() == 1


def test_what_was_begun_is_frozen(application: Application, alice: User, bob: User) -> None:
    attempt = make_attempt(application)
    question = attempt.questions.first()
    assert question is not None
    services.edit_question(
        actor=bob,
        question_id=question.source.pk,
        expected_version=1,
        prompt="Another?",
        options=["a", "b"],
        key={"right": [0]},
    )
    Assessment.objects.update(minutes=1)
    answer_all(attempt, alice)
    assert services.submit_attempt(actor=alice, attempt_id=attempt.pk).score == 100
    question.refresh_from_db()
    assert question.prompt.startswith("Question")


def test_the_same_right_answer_thirty_times_counts_once(application: Application, alice: User) -> None:
    attempt = make_attempt(application)
    first, second = attempt.questions.all()
    for _ in range(30):
        services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=first.public_id, value=right_answer(first))
    services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=second.public_id, value=wrong_answer(second))
    done = services.submit_attempt(actor=alice, attempt_id=attempt.pk)
    assert done.score == Decimal("50.00")
    again = services.submit_attempt(actor=alice, attempt_id=attempt.pk)
    assert (again.score, again.finished_at) == (done.score, done.finished_at)
    assert EventRecord.objects.filter(topic="applications.AssessmentFinished").count() == 1


def test_after_the_end_no_answer_is_taken(application: Application, alice: User) -> None:
    attempt = make_attempt(application)
    question = attempt.questions.first()
    assert question is not None
    services.submit_attempt(actor=alice, attempt_id=attempt.pk)
    with pytest.raises(services.AttemptOver):
        services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=question.public_id, value=None)


def test_the_servers_clock_ends_it_and_what_was_saved_counts(
    application: Application, alice: User, as_user: AsUser
) -> None:
    attempt = make_attempt(application)
    first = attempt.questions.first()
    assert first is not None
    services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=first.public_id, value=right_answer(first))
    run_out(attempt)
    with pytest.raises(services.AttemptOver):
        services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=first.public_id, value=None)
    shown = as_user(alice).get(f"/api/v1/attempts/{attempt.public_id}/").json()
    assert (shown["status"], shown["questions"]) == ("timed_out", [])
    assert services.finish_overdue() == 1
    assert services.finish_overdue() == 0
    attempt.refresh_from_db()
    assert (attempt.status, attempt.score) == (AttemptStatus.TIMED_OUT, Decimal("50.00"))
    assert services.submit_attempt(actor=alice, attempt_id=attempt.pk).status == AttemptStatus.TIMED_OUT


def test_in_the_grace_answers_are_still_taken(application: Application, alice: User) -> None:
    attempt = make_attempt(application)
    Attempt.objects.filter(pk=attempt.pk).update(deadline_at=timezone.now() - timedelta(seconds=5))
    answer_all(attempt, alice)
    assert services.submit_attempt(actor=alice, attempt_id=attempt.pk).status == AttemptStatus.SUBMITTED


def test_a_retake_is_granted_and_the_older_attempt_stays(
    application: Application, alice: User, bob: User, as_user: AsUser
) -> None:
    first = make_attempt(application)
    answer_all(first, alice)
    services.submit_attempt(actor=alice, attempt_id=first.pk)
    with pytest.raises(services.NoAttemptLeft):
        services.start_attempt(actor=alice, application_id=application.pk)
    retakes = f"/api/v1/applications/{application.public_id}/assessment/retakes/"
    assert as_user(alice).post(retakes, {}).status_code == 404
    assert as_user(bob).post(retakes, {"reason": "The line broke"}).status_code == 201
    second = services.start_attempt(actor=alice, application_id=application.pk)
    answer_all(second, alice, wrong_answer)
    services.submit_attempt(actor=alice, attempt_id=second.pk)
    assert list(Attempt.objects.order_by("number").values_list("number", "score")) == [
        (1, Decimal("100.00")),
        (2, Decimal("0.00")),
    ]
    ranking = as_user(bob).get(f"/api/v1/jobs/{application.job.public_id}/assessment/ranking/").json()
    assert [(row["score"], row["attempt_number"]) for row in ranking["results"]] == [("0.00", 2)]


def test_a_score_decides_nothing(application: Application, alice: User) -> None:
    attempt = make_attempt(application)
    answer_all(attempt, alice, wrong_answer)
    services.submit_attempt(actor=alice, attempt_id=attempt.pk)
    before = application.version
    application.refresh_from_db()
    assert (application.status, application.version) == ("active", before)


def test_who_has_withdrawn_begins_nothing(application: Application, alice: User) -> None:
    make_assessment(application.job)
    withdraw_application(actor=alice, application_id=application.pk)
    with pytest.raises(services.AssessmentNotOpen) as refused:
        services.start_attempt(actor=alice, application_id=application.pk)
    assert refused.value.extra["reason"] == "application_not_active"


def test_pools_and_shuffling_give_each_candidate_questions_of_their_own(job: Job) -> None:
    make_assessment(job, count=5, bank=20)
    drawn = set()
    for _ in range(6):
        attempt = make_attempt(make_application(job=job))
        drawn.add(tuple(attempt.questions.values_list("source_id", flat=True)))
    assert len(drawn) == 6


def test_a_bank_that_shrank_refuses_the_start_and_keeps_nothing(application: Application, alice: User) -> None:
    make_assessment(application.job)
    BankQuestion.objects.update(is_active=False)
    with pytest.raises(services.AssessmentNotOpen) as refused:
        services.start_attempt(actor=alice, application_id=application.pk)
    assert refused.value.extra["reason"] == "too_few_questions"
    assert not Attempt.objects.exists()


# --- Who may ---------------------------------------------------------------------------------------
def test_carol_is_refused_and_nothing_changed(
    application: Application, job: Job, carol: User, globex: Company, as_user: AsUser
) -> None:
    attempt, hers = make_attempt(application), as_user(carol)
    question = attempt.questions.first()
    assert question is not None
    mine = f"/api/v1/applications/{application.public_id}/assessment/"
    gone = [
        hers.get(mine),
        hers.post(f"{mine}start/", {}),
        hers.post(f"{mine}retakes/", {}),
        hers.get(f"/api/v1/attempts/{attempt.public_id}/"),
        hers.put(f"/api/v1/attempts/{attempt.public_id}/answers/{question.public_id}/", {"value": None}),
        hers.post(f"/api/v1/attempts/{attempt.public_id}/submit/", {}),
        hers.get(f"/api/v1/jobs/{job.public_id}/assessment/"),
        hers.get(f"/api/v1/jobs/{job.public_id}/assessment/ranking/"),
        hers.get(f"/api/v1/companies/{job.company.slug}/questions/"),
    ]
    assert {answer.status_code for answer in gone} == {404}
    assert Attempt.objects.get().status == AttemptStatus.RUNNING


def test_the_team_answers_for_nobody(application: Application, bob: User) -> None:
    attempt = make_attempt(application)
    question = attempt.questions.first()
    assert question is not None
    with pytest.raises(Forbidden):
        services.save_answer(actor=bob, attempt_id=attempt.pk, question_id=question.public_id, value=None)
    with pytest.raises(Forbidden):
        services.submit_attempt(actor=bob, attempt_id=attempt.pk)
    with pytest.raises(Forbidden):
        services.start_attempt(actor=bob, application_id=application.pk)


def test_the_team_reads_no_questions_while_they_are_answered(
    application: Application, bob: User, as_user: AsUser
) -> None:
    attempt = make_attempt(application)
    assert as_user(bob).get(f"/api/v1/attempts/{attempt.public_id}/").json()["questions"] == []


def test_a_bank_is_for_those_who_post_jobs(acme: Company, as_user: AsUser) -> None:
    make_bank_question(acme)
    reviewer = make_membership(company=acme, role=Role.HIRING_MANAGER).user
    assert as_user(reviewer).get("/api/v1/companies/acme/questions/").status_code == 403


def test_a_foreign_question_is_no_question(application: Application, alice: User) -> None:
    attempt, other = make_attempt(application), make_attempt()
    foreign = other.questions.first()
    assert foreign is not None
    with pytest.raises(NotFound):
        services.save_answer(actor=alice, attempt_id=attempt.pk, question_id=foreign.public_id, value=None)


# --- Bad input -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"key": {"right": [7]}}, "key"),
        ({"key": {"right": [0, 1]}}, "key"),
        ({"key": [1]}, "key"),
        ({"options": ["one"]}, "options"),
        ({"options": ["one", "ONE "]}, "options"),
        ({"options": []}, "options"),
        ({"kind": "essay"}, "kind"),
        ({"skill": "no-such-skill"}, "skill"),
        ({"points": 11}, "points"),
        ({"kind": "code_reading", "options": [], "key": {"accept": ["2"]}}, "code"),
    ],
)
def test_a_bad_question_is_named(acme: Company, bob: User, as_user: AsUser, change: dict[str, Any], attr: str) -> None:
    body = {"skill": make_skill().slug, "kind": "single", "prompt": "?", **CONTENT["single"], **change}
    answer = as_user(bob).post("/api/v1/companies/acme/questions/", body)
    assert answer.status_code == 400
    assert attr in {error["attr"] for error in answer.json()["errors"]}
    assert not BankQuestion.objects.exists()


def test_a_pool_that_the_bank_cannot_fill_is_named(job: Job, bob: User, as_user: AsUser) -> None:
    make_bank_question(job.company)
    path, pool = f"/api/v1/jobs/{job.public_id}/assessment/", {"skill": make_skill().slug, "count": 2}
    answer = as_user(bob).post(path, {"title": "T", "minutes": 30, "pools": [pool]})
    assert [error["attr"] for error in answer.json()["errors"]] == ["pools.0.count"]
    assert not Assessment.objects.exists()


def test_an_edit_needs_the_version_that_was_seen(job: Job, bob: User, as_user: AsUser) -> None:
    make_assessment(job)
    path, client = f"/api/v1/jobs/{job.public_id}/assessment/", as_user(bob)
    assert client.patch(path, {"minutes": 45}).status_code == 428
    tag = client.get(path)["ETag"]
    assert client.patch(path, {"minutes": 45}, headers={"If-Match": tag}).json()["minutes"] == 45
    assert client.patch(path, {"minutes": 50}, headers={"If-Match": tag}).status_code == 412


def test_an_unknown_question_is_404_and_an_unknown_option_400(
    application: Application, alice: User, as_user: AsUser
) -> None:
    attempt, client = make_attempt(application), as_user(alice)
    question = attempt.questions.first()
    assert question is not None
    base = f"/api/v1/attempts/{attempt.public_id}/answers"
    assert client.put(f"{base}/{uuid.uuid4()}/", {"value": "x"}).status_code == 404
    bad = client.put(f"{base}/{question.public_id}/", {"value": "x"})
    assert (bad.status_code, bad.json()["errors"][0]["attr"]) == (400, "value")


# --- Ranking ---------------------------------------------------------------------------------------
def test_everybody_who_applied_is_on_the_list_once_in_one_order(job: Job, bob: User, as_user: AsUser) -> None:
    make_assessment(job, count=4, bank=4)
    scores = [100, 50, 50, 0, None, None, 75]
    for score in scores:
        application = make_application(job=job, candidate=make_user())
        if score is None:
            continue
        attempt = make_attempt(application)
        for number, question in enumerate(attempt.questions.all()):
            value = right_answer(question) if number < score / 25 else wrong_answer(question)
            services.save_answer(
                actor=application.candidate, attempt_id=attempt.pk, question_id=question.public_id, value=value
            )
        services.submit_attempt(actor=application.candidate, attempt_id=attempt.pk)
    client, url, seen = as_user(bob), f"/api/v1/jobs/{job.public_id}/assessment/ranking/?page_size=2", []
    while url:
        page = client.get(url).json()
        seen += page["results"]
        url = page["next"]
    assert [row["score"] for row in seen] == ["100.00", "75.00", "50.00", "50.00", "0.00", None, None]
    assert len({row["id"] for row in seen}) == 7


def test_the_ranking_costs_the_same_for_two_as_for_twenty(job: Job, bob: User, as_user: AsUser) -> None:
    make_assessment(job)
    client, costs = as_user(bob), []
    for count in (2, 18):
        for _ in range(count):
            attempt = make_attempt(make_application(job=job))
            services.submit_attempt(actor=attempt.application.candidate, attempt_id=attempt.pk)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/api/v1/jobs/{job.public_id}/assessment/ranking/?page_size=50")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 8


# --- Races -----------------------------------------------------------------------------------------
@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_starts_at_once_begin_one_attempt(acme: Company) -> None:
    application = make_application(job=make_job(company=acme))
    make_assessment(application.job)
    starts = [
        lambda: services.start_attempt(actor=application.candidate, application_id=application.pk) for _ in range(20)
    ]
    results = race(*starts)
    assert {result.pk for result in results} == {Attempt.objects.get().pk}
    assert EventRecord.objects.filter(topic="applications.AssessmentStarted").count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_submitting_answering_and_the_clock_race_to_one_mark(acme: Company) -> None:
    for _ in range(8):
        attempt = make_attempt(make_application(job=make_job(company=acme)))
        candidate, question = attempt.application.candidate, attempt.questions.first()
        assert question is not None
        answer_all(attempt, candidate)
        named = {"actor": candidate, "attempt_id": attempt.pk}
        race(
            lambda named=named: services.submit_attempt(**named),
            lambda named=named: services.submit_attempt(**named),
            lambda named=named, question=question: services.save_answer(
                **named, question_id=question.public_id, value=wrong_answer(question)
            ),
            services.finish_overdue,
        )
        attempt.refresh_from_db()
        marks = list(attempt.questions.values_list("earned", flat=True))
        assert attempt.score == 100 * sum(marks) / 2
        assert (
            AuditEntry.objects.filter(action="assessment:finished", target__endswith=str(attempt.public_id)).count()
            == 1
        )
