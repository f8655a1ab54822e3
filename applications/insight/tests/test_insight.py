from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.hiring.services import place_on_team
from applications.hiring.vocabulary import JobRole
from applications.insight.tables import cell
from applications.models import Application, ApplicationEvent, Stage
from applications.referrals.tests.factories import make_referral
from applications.services import (
    hire_candidate,
    move_application,
    reject_application,
    restore_application,
    stages_of,
    withdraw_application,
)
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_membership
from jobs.models import Job
from jobs.tests.factories import make_job

pytestmark = pytest.mark.django_db
AsUser = Callable[[User], APIClient]
COMPANY = "/api/v1/companies/acme/insight/"


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, title="Carpenter", openings=20)


def of_job(job: Job, rest: str = "") -> str:
    return f"/api/v1/jobs/{job.public_id}/insight/{rest}"


def moved(application: Application, bob: User, at: int) -> Application:
    goal = Stage.objects.get(job=application.job_id, position=at)
    return move_application(
        actor=bob, application_id=application.pk, stage_id=goal.public_id, version=application.version
    )


def rejected(application: Application, bob: User) -> Application:
    return reject_application(actor=bob, application_id=application.pk, version=application.version, reason="pay")


def hired(application: Application, bob: User) -> Application:
    return hire_candidate(actor=bob, application_id=application.pk, version=application.version)


def table_of(client: APIClient, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def balanced(row: dict[str, Any]) -> bool:
    places = ("left_forward", "left_back", "in_it_now", "hired", "rejected", "withdrawn")
    return row["entered"] == sum(row[name] for name in places)


# --- The funnel ------------------------------------------------------------------------------------
def test_the_funnel_tells_who_came_into_each_stage_and_where_they_are_now(job: Job, bob: User, as_user: AsUser) -> None:
    waiting, out, gone, chosen, back = (make_application(job=job) for _ in range(5))
    rejected(moved(out, bob, 1), bob)
    withdraw_application(actor=gone.candidate, application_id=gone.pk)
    hired(moved(moved(chosen, bob, 2), bob, 3), bob)
    moved(moved(moved(back, bob, 2), bob, 0), bob, 1)
    assert waiting.is_active()
    rows = as_user(bob).get(of_job(job)).json()["funnel"]
    assert [row["name"] for row in rows] == ["New", "Screening", "Interview", "Offer"]
    columns = ("entered", "left_forward", "left_back", "in_it_now", "hired", "rejected", "withdrawn")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        (5, 3, 0, 1, 0, 0, 1),
        (2, 0, 0, 1, 0, 1, 0),
        (2, 1, 1, 0, 0, 0, 0),
        (1, 0, 0, 0, 1, 0, 0),
    ]
    kinds = {row["kind"]: row for row in as_user(bob).get(COMPANY).json()["funnel"]}
    assert [tuple(kinds["interview"][name] for name in columns)] == [(2, 1, 1, 0, 0, 0, 0)]
    assert kinds["assessment"]["entered"] == 0
    assert kinds["interview"]["stage"] is None


def test_whatever_happens_everybody_who_entered_is_somewhere(job: Job, bob: User, as_user: AsUser) -> None:
    stages_of(job)
    Stage.objects.create(job=job, name="Second talk", kind="interview", position=4)
    dice = random.Random(7)
    for _ in range(12):
        application = make_application(job=job)
        for _ in range(dice.randrange(6)):
            spots = [spot for spot in range(5) if spot != application.stage.position]
            application = moved(application, bob, dice.choice(spots))
        ending = dice.choice((rejected, hired, lambda one, bob: one))
        application = ending(application, bob)
        if not application.is_active() and dice.random() < 0.5:
            restored = restore_application(actor=bob, application_id=application.pk, version=application.version)
            moved(restored, bob, 4 if restored.stage.position != 4 else 3)
    for url in (of_job(job), COMPANY):
        rows = as_user(bob).get(url).json()["funnel"]
        assert all(balanced(row) for row in rows), rows
        assert sum(row["entered"] for row in rows) >= 12


# --- Time ------------------------------------------------------------------------------------------
def test_time_in_stage_counts_stays_that_are_over(job: Job, bob: User, as_user: AsUser) -> None:
    for hours in (1, 2, 3, 4, 10):
        application = moved(make_application(job=job), bob, 1)
        application.history.filter(kind="moved").update(dwell=timedelta(hours=hours))
    taken_back = rejected(make_application(job=job), bob)
    restore_application(actor=bob, application_id=taken_back.pk, version=taken_back.version)
    ApplicationEvent.objects.filter(kind="rejected").update(dwell=timedelta(days=99))
    first, second, *_rest = as_user(bob).get(of_job(job)).json()["time_in_stage"]
    assert (first["stays"], first["median_seconds"]) == (5, 3 * 3600)
    assert first["p90_seconds"] == pytest.approx(7.6 * 3600, abs=1)
    assert (second["stays"], second["median_seconds"], second["p90_seconds"]) == (0, None, None)


def test_time_to_hire_counts_from_the_application_and_from_the_posting(job: Job, bob: User, as_user: AsUser) -> None:
    at = datetime(2026, 3, 10, tzinfo=UTC)
    Job.objects.filter(pk=job.pk).update(published_at=at - timedelta(days=20))
    for days in (2, 4, 12):
        application = hired(make_application(job=job), bob)
        Application.objects.filter(pk=application.pk).update(created_at=at - timedelta(days=days), decided_at=at)
    make_application(job=job)
    day = 24 * 3600
    times = as_user(bob).get(of_job(job)).json()["time_to_hire"]
    assert times["hires"] == 3
    assert times["from_application"]["median_seconds"] == 4 * day
    assert times["from_posting"] == {"median_seconds": 20 * day, "p90_seconds": 20 * day}
    empty = as_user(bob).get(of_job(job), {"until": "2020-01-01"}).json()["time_to_hire"]
    assert empty["from_posting"] == {"median_seconds": None, "p90_seconds": None}


# --- Sources, days, periods, jobs --------------------------------------------------------------------
def test_sources_tell_how_far_their_applications_came(job: Job, bob: User, as_user: AsUser) -> None:
    moved(make_application(job=job, source="LinkedIn"), bob, 2)
    hired(make_application(job=job, source="linkedin "), bob)
    make_application(job=job)
    assert as_user(bob).get(COMPANY).json()["sources"] == {
        "sources": [
            {"name": "linkedin", "applications": 2, "interviews": 1, "hires": 1},
            {"name": "", "applications": 1, "interviews": 0, "hires": 0},
        ],
        "others": {"applications": 0, "interviews": 0, "hires": 0},
    }


def test_who_came_by_a_colleagues_link_counts_as_referred(job: Job, bob: User, as_user: AsUser) -> None:
    make_referral(application=make_application(job=job))
    make_referral(application=make_application(job=job, source="Fair"))
    shown = as_user(bob).get(COMPANY).json()["sources"]["sources"]
    assert {row["name"]: row["applications"] for row in shown} == {"fair": 1, "referral": 1}


def test_sources_beyond_the_fiftieth_are_summed(job: Job, bob: User, as_user: AsUser) -> None:
    for number in range(52):
        make_application(job=job, source=f"S{number}")
    shown = as_user(bob).get(COMPANY).json()["sources"]
    assert len(shown["sources"]) == 50
    assert shown["others"]["applications"] == 2
    assert len(table_of(as_user(bob), f"{COMPANY}sources/csv/")) == 52


def test_a_period_and_a_job_narrow_every_figure(job: Job, acme: Company, bob: User, as_user: AsUser) -> None:
    old, new = make_application(job=job), make_application(job=job)
    make_application(job=make_job(company=acme))
    Application.objects.filter(pk=old.pk).update(created_at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    client = as_user(bob)

    def entered(**query: str) -> int:
        body = client.get(COMPANY, query).json()
        assert sum(day["applications"] for day in body["days"]) == body["funnel"][0]["entered"]
        return body["funnel"][0]["entered"]

    assert entered() == 3
    assert entered(until="2026-01-31") == entered(since="2026-01-31", until="2026-01-31") == 1
    assert entered(since="2026-02-01") == 2
    assert entered(since="2026-02-01", job=str(new.job.public_id)) == 1
    assert entered(since="0001-01-01", until="9999-12-31") == 3
    for bad in ({"since": "2026-02-01", "until": "2026-01-01"}, {"since": "x"}, {"job": "x"}, {"stage": "x"}):
        assert client.get(COMPANY, bad).status_code == 400


def test_the_jobs_of_a_company_are_compared(job: Job, acme: Company, bob: User, as_user: AsUser) -> None:
    hired(make_application(job=job), bob)
    make_application(job=make_job(company=acme, title="=HYPERLINK(1)"))
    rows = table_of(as_user(bob), f"{COMPANY}jobs/csv/")
    assert [(row["title"], row["applications"], row["hires"]) for row in rows] == [
        ("Carpenter", "1", "1"),
        ("'=HYPERLINK(1)", "1", "0"),
    ]
    assert rows[1]["median_to_hire_seconds"] == ""


# --- CSV -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_is_a_formula(first: str) -> None:
    assert cell(f"{first}1+1") == f"'{first}1+1"
    assert cell("1=1") == "1=1"
    assert cell(-1) == -1


def test_what_a_candidate_writes_becomes_no_formula(job: Job, bob: User, as_user: AsUser) -> None:
    make_application(job=job, source='=cmd|"/c calc"!A1')
    assert [row["name"] for row in table_of(as_user(bob), of_job(job, "sources/csv/"))] == ['\'=cmd|"/c calc"!a1']


@pytest.mark.parametrize("report", ["funnel", "time-in-stage", "time-to-hire", "sources", "jobs", "days"])
def test_every_report_is_a_download(job: Job, bob: User, as_user: AsUser, report: str) -> None:
    make_application(job=job)
    for base in (COMPANY, of_job(job)):
        assert table_of(as_user(bob), f"{base}{report}/csv/")
        answer = as_user(bob).get(f"{base}{report}/csv/", headers={"Accept": "text/csv"})
        assert f'attachment; filename="{report}.csv"' in answer["Content-Disposition"]
        assert answer["Cache-Control"] == "private, no-store"
    assert as_user(bob).get(f"{COMPANY}everything/csv/").status_code == 404


# --- Who ---------------------------------------------------------------------------------------------
def test_carol_and_candidates_see_nothing(job: Job, alice: User, carol: User, globex: Company, as_user: AsUser) -> None:
    make_application(job=job, candidate=alice, source="Fair")
    for actor in (alice, carol):
        for url in (COMPANY, of_job(job), f"{COMPANY}funnel/csv/", of_job(job, "sources/csv/")):
            assert as_user(actor).get(url).status_code == 404
    theirs = as_user(carol).get("/api/v1/companies/globex/insight/", {"job": str(job.public_id)}).json()
    assert theirs["sources"]["sources"] == []
    assert not any(row["entered"] for row in theirs["funnel"])


def test_who_is_on_the_team_of_a_job_sees_that_job_only(job: Job, acme: Company, bob: User, as_user: AsUser) -> None:
    member = make_membership(company=acme, role=Role.INTERVIEWER)
    place_on_team(actor=bob, job_id=job.pk, membership=member, role=JobRole.REVIEWER)
    client = as_user(member.user)
    assert client.get(of_job(job)).status_code == 200
    assert client.get(of_job(make_job(company=acme))).status_code == client.get(COMPANY).status_code == 404


def test_figures_cost_the_same_for_twenty_applications_as_for_two(job: Job, bob: User, as_user: AsUser) -> None:
    client = as_user(bob)
    for application in (make_application(job=job, source=str(number)) for number in range(2)):
        hired(moved(application, bob, 1), bob)
    urls = (COMPANY, of_job(job), f"{COMPANY}jobs/csv/")

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
            assert b"".join(answer) if answer.streaming else answer.content
        return len(queries)

    few = [cost(url) for url in urls]
    for number in range(18):
        hired(moved(make_application(job=job, source=f"many {number}"), bob, 1), bob)
    assert [cost(url) for url in urls] == few
    assert max(few) <= 16
