"""A job's applicants by match: the best first, page by page, behind the veil, changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from applications.blind.tests.factories import make_blind_review, make_reveal
from applications.matching import ranking
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.services import add_row
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
SKILLS = ("Python", "Django", "Redis")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    ranking.SCORES.clear()
    yield
    ranking.SCORES.clear()


@pytest.fixture
def job(acme: Company) -> Job:
    return make_job(company=acme, skills=list(SKILLS))


def apply(job: Job, *skills: str, **person: Any) -> Application:
    candidate = make_user(**person)
    resume = make_resume(owner=candidate)
    for name in skills:
        add_row(actor=candidate, resume_id=resume.pk, section="skills", name=name, level="expert", years=6)
    return make_application(job=job, candidate=candidate, resume=resume)


def url(job: Job, ordering: str = "-match", **more: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"job": job.public_id, "ordering": ordering, **more}.items())
    return f"/api/v1/applications/?{query}"


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def names(*applications: Application) -> list[str]:
    return [str(one.public_id) for one in applications]


def test_the_best_come_first_and_equals_by_when_they_came(as_user: Client, job: Job, bob: User) -> None:
    none, all_three, one = apply(job), apply(job, *SKILLS), apply(job, "Python")
    twin = apply(job, "Python")
    rows = as_user(bob).get(url(job)).json()["results"]
    assert ids(rows) == names(all_three, twin, one, none)
    assert ids(as_user(bob).get(url(job, "match")).json()["results"]) == names(none, one, twin, all_three)
    for row in rows:
        alone = as_user(bob).get(f"/api/v1/applications/{row['id']}/match/").json()
        assert row["team"]["match"] == alone["score"]
    assert as_user(bob).get(f"/api/v1/applications/?job={job.public_id}").json()["results"][0]["team"]["match"] is None


def test_pages_reach_everybody_once_in_both_directions(as_user: Client, job: Job, bob: User, monkeypatch: Any) -> None:
    sent = [apply(job, *SKILLS[: number % 4]) for number in range(7)]
    monkeypatch.setattr(ranking, "MOST_SCORED", 5)  # the two oldest follow without a score
    client, found, page = as_user(bob), [], url(job, page_size=2)
    while page:
        body = client.get(page).json()
        found += ids(body["results"])
        last, page = page, body["next"]
    by_skills = sorted(sent[2:], key=lambda one: (-(sent.index(one) % 4), -one.pk))
    assert found == names(*by_skills, sent[1], sent[0])
    back: list[str] = []
    page = last
    while page:
        body = client.get(page).json()
        back = ids(body["results"]) + back
        page = body["previous"]
    assert back == found


def test_filters_stay_and_a_changed_posting_is_judged_anew(as_user: Client, job: Job, bob: User) -> None:
    first, second = apply(job, "Python"), apply(job, "Django", "Redis")
    client = as_user(bob)
    assert ids(client.get(url(job)).json()["results"]) == names(second, first)
    job.skills.exclude(skill__name="Python").delete()
    assert ids(client.get(url(job)).json()["results"]) == names(first, second)
    assert client.get(url(job, status="hired")).json()["results"] == []


def test_it_costs_the_same_for_twenty_as_for_two(as_user: Client, job: Job, bob: User) -> None:
    for _ in range(2):
        apply(job, "Python")
    client = as_user(bob)
    client.get(url(job))

    def statements() -> int:
        with CaptureQueriesContext(connection) as sent:
            assert client.get(url(job)).status_code == 200
        return len(sent)

    ranking.SCORES.clear()
    few, few_again = statements(), statements()
    for _ in range(18):
        apply(job, "Django")
    ranking.SCORES.clear()
    assert (statements(), statements()) == (few, few_again)
    assert few_again < few


def test_what_is_remembered_is_bounded(as_user: Client, job: Job, bob: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(ranking, "MOST_REMEMBERED", 2)
    for _ in range(4):
        apply(job, "Python")
    assert len(as_user(bob).get(url(job)).json()["results"]) == 4
    assert len(ranking.SCORES) == 2


def test_behind_the_veil_the_order_is_that_of_what_passes_it(as_user: Client, job: Job, bob: User) -> None:
    strong = apply(job, *SKILLS, full_name="Redis Django")  # whose name takes two of the skills with it
    weak = apply(job, "Python", full_name="Zebulona Quixwell")
    client = as_user(bob)
    assert ids(client.get(url(job)).json()["results"]) == names(strong, weak)
    make_blind_review(job=job)
    answer = client.get(url(job))
    assert [row["team"]["is_blind"] for row in answer.json()["results"]] == [True, True]
    assert "Quixwell" not in answer.content.decode()
    assert ids(answer.json()["results"]) == names(weak, strong)  # equals now: the later one first
    for row in answer.json()["results"]:
        assert row["team"]["match"] == client.get(f"/api/v1/applications/{row['id']}/match/").json()["score"]
    make_reveal(application=strong)
    assert ids(client.get(url(job)).json()["results"]) == names(strong, weak)


def test_it_is_the_teams_only_and_wants_a_job(as_user: Client, job: Job, alice: User, bob: User, carol: User) -> None:
    mine = make_application(job=job, candidate=alice)
    assert as_user(carol).get(url(job)).json()["results"] == []
    assert as_user(alice).get(url(job)).json()["results"] == []
    assert not AuditEntry.objects.filter(action="job:applicants_ranked").exists()
    refused = as_user(bob).get("/api/v1/applications/?ordering=-match")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "job_missing")
    assert ids(as_user(bob).get(url(job)).json()["results"]) == names(mine)
    assert AuditEntry.objects.filter(action="job:applicants_ranked", actor=bob).count() == 1


def test_looking_changes_no_application(as_user: Client, job: Job, bob: User) -> None:
    apply(job, "Python")
    before, client = list(Application.objects.values()), as_user(bob)
    with CaptureQueriesContext(connection) as sent:
        assert client.get(url(job)).status_code == 200
    written = [one["sql"] for one in sent if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert all("audit_" in sql for sql in written), written
    assert list(Application.objects.values()) == before
