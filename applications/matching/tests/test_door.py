"""The match of an application: of what was sent, behind the veil, recorded, and without a way to any state."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from applications.blind.tests.factories import make_blind_review
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company
from jobs.tests.factories import make_indexed, make_job, make_skill
from resumes.models import Resume
from resumes.services import add_row, delete_resume
from resumes.tests.factories import make_resume
from umemployed.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]


def url(application: Application) -> str:
    return f"/api/v1/applications/{application.public_id}/match/"


def write(owner: User) -> Resume:
    resume = make_resume(owner=owner, full_name="Zebulon Canary", country_code="CM", city="Douala")
    make_skill("Python")
    add_row(actor=owner, resume_id=resume.pk, section="skills", name="Python", level="expert", years=7)
    add_row(actor=owner, resume_id=resume.pk, section="languages", language="English", level="c1")
    add_row(
        actor=owner,
        resume_id=resume.pk,
        section="experiences",
        company_name="Canary Ltd",
        position="Developer",
        started_on="2015-01",
        ended_on="2017-06",
    )
    return resume


@pytest.fixture
def sent(alice: User, acme: Company) -> Application:
    job = make_job(company=acme, skills=["Python", "Django"], experience_level="senior")
    return make_application(job=job, candidate=alice, resume=write(alice))


def test_what_was_sent_is_judged_also_when_the_resume_is_gone(
    as_user: Client, alice: User, bob: User, sent: Application
) -> None:
    client = as_user(bob)
    before = client.get(url(sent)).json()
    parts = {one["component"]: one for one in before["components"]}
    assert Decimal(before["score"]) == sum(Decimal(one["points"]) for one in parts.values() if one["points"])
    assert parts["skills"]["evidence"][0] == {
        "skill": "Python",
        "importance": "must",
        "asked_level": "",
        "asked_years": None,
        "claimed": True,
        "level": "expert",
        "years": 7,
        "percent": 100,
    }
    assert parts["seniority"]["evidence"] == [{"asked": "senior", "asked_years": 5, "years": 2}]
    assert parts["language"]["evidence"] == [{"language": "en", "level": "c1"}]
    delete_resume(actor=alice, resume_id=Resume.objects.get(owner=alice).pk)
    assert client.get(url(sent)).json() == before
    assert AuditEntry.objects.filter(action="application:match_read").count() == 2


def test_behind_the_veil_only_what_passes_it_is_judged(as_user: Client, bob: User, sent: Application) -> None:
    make_blind_review(job=sent.job)
    answer = as_user(bob).get(url(sent))
    parts = {one["component"]: one for one in answer.json()["components"]}
    assert answer.status_code == 200
    assert (parts["place"]["points"], parts["place"]["unknown"]) == (None, "not_said")
    assert parts["skills"]["evidence"][0]["claimed"] is True
    for told in ("anary", "Douala", "distance", str(sent.candidate.public_id)):
        assert told not in answer.content.decode()


def test_what_one_applied_to_is_not_recommended(as_user: Client, alice: User, acme: Company) -> None:
    resume = write(alice)
    Resume.objects.filter(pk=resume.pk).update(is_primary=True)
    applied, other = (make_indexed(company=acme, skills=["Python"]) for _ in range(2))
    client = as_user(alice)
    assert len(client.get("/api/v1/jobs/recommended/").json()["results"]) == 2
    make_application(job=applied, candidate=alice, resume=resume)
    rows = client.get("/api/v1/jobs/recommended/").json()["results"]
    assert [row["id"] for row in rows] == [str(other.public_id)]


def test_it_is_the_teams_only(as_user: Client, alice: User, carol: User, sent: Application) -> None:
    assert as_user(alice).get(url(sent)).status_code == 404
    assert as_user(carol).get(url(sent)).status_code == 404
    assert not AuditEntry.objects.filter(action="application:match_read").exists()


def test_a_look_changes_nothing_of_the_application(as_user: Client, bob: User, sent: Application) -> None:
    before = Application.objects.filter(pk=sent.pk).values().get()
    client = as_user(bob)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url(sent)).status_code == 200
    written = [one["sql"] for one in queries if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert all("audit_" in sql for sql in written), written
    assert Application.objects.filter(pk=sent.pk).values().get() == before
    assert sent.history.count() == 1


def test_no_path_leads_from_a_match_to_a_state() -> None:
    """The rooms of matching call no verb of postings, résumés or applications, and write no row of theirs."""
    allowed = {"jobs.shelf.services", "jobs.matching.services", "applications.matching.services"}
    base = Path(settings.BASE_DIR)
    for path in [*base.glob("jobs/matching/*.py"), *base.glob("applications/matching/*.py")]:
        tree = ast.parse(path.read_text())
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert {name for name in imported if name.endswith("services") or ".services." in name} <= allowed, path
        called = {
            node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")
        }
        assert not called & {"save", "bulk_create", "bulk_update", "delete", "publish"}, path
        assert not {"move_application", "reject_application", "close_job"} & set(path.read_text().split()), path
