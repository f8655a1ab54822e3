"""No score, knock-out or timer moves anything: every door is asked, every clock runs, and all states are as before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from applications.assessments.tests.factories import make_assessment, make_attempt
from applications.models import Application
from applications.tests.factories import make_application
from companies.models import Company
from jobs.models import Job
from jobs.tests.factories import make_indexed, make_question, make_skill
from resumes.models import Resume
from resumes.services import add_row
from resumes.tests.factories import make_published_resume
from umemployed.celery import app
from umemployed.events.relay import Relay
from umemployed.privacy.services.consents import give_consent
from umemployed.schedule import BEAT_SCHEDULE
from umemployed.tests.test_routes import ROUTES

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
# A column that says what became of something, in any table of the house's apps.
STATES = ("status", "stage", "state", "progress", "verdict", "withheld", "decided", "closed", "taken_down", "published")
# That the team opened an application is itself an event of its history.
HISTORY = "applications.ApplicationEvent"
OF_PEOPLE_AND_POSTINGS = ("jobs", "applications", "resumes", "companies")
# Doors that score, mark or count; with them every other GET beside them is asked.
SCORING = {
    "jobs/{public_id}/match/",
    "jobs/{public_id}/matches/",
    "jobs/{public_id}/similar/",
    "jobs/recommended/",
    "applications/{public_id}/match/",
}


def states() -> dict[str, Any]:
    """Every state column of every row of the apps that have postings, résumés and applications."""
    found: dict[str, Any] = {}
    for model in apps.get_models():
        if model._meta.app_label in OF_PEOPLE_AND_POSTINGS and model._meta.label != HISTORY:
            columns = [field.attname for field in model._meta.concrete_fields if field.name.startswith(STATES)]
            if columns:
                found[model._meta.label] = sorted(model._base_manager.values_list("pk", *columns), key=str)
    return found


def write(owner: User, name: str) -> Resume:
    resume = make_published_resume(owner=owner, country_code="DE")
    make_skill(name)
    add_row(actor=owner, resume_id=resume.pk, section="skills", name=name, level="beginner", years=0)
    return Resume.objects.get(pk=resume.pk)


@pytest.fixture
def job(acme: Company) -> Job:
    """A posting that asks for more than anybody has, and whose question everybody fails."""
    job = make_indexed(
        company=acme,
        skills=["Python", "Cobol"],
        experience_level="executive",
        language="fr",
        eligible_countries=["CM"],
        expires_at=timezone.now() + timedelta(days=9),
    )
    job.skills.update(level="expert", min_years=20)
    make_question(job=job, type="boolean", label="Can you fly?", is_required=True, knock_out={"accept": [True]})
    make_assessment(job)
    return job


@pytest.fixture
def sent(job: Job, alice: User, carol: User) -> Application:
    """Alice applied with the worst of answers; Carol lets herself be found."""
    give_consent(actor=carol, purpose="talent_search", version=settings.CONSENT_TEXTS["talent_search"])
    write(carol, "Python")
    question = job.questions.get()
    application = make_application(
        job=job,
        candidate=alice,
        resume=write(alice, "Python"),
        answers=[{"question": str(question.public_id), "value": False}],
    )
    assert application.is_knocked_out
    make_attempt(application)
    return application


def test_no_door_that_scores_moves_a_state(
    as_user: Client, api: APIClient, alice: User, bob: User, carol: User, dana: User, job: Job, sent: Application
) -> None:
    Relay().drain()
    before, answered = states(), set()
    assert {"jobs.Job", "applications.Application", "resumes.Resume"} <= set(before)
    for client in (api, *(as_user(person) for person in (alice, bob, carol, dana))):
        for route in ROUTES.values():
            if route.method != "GET" or not route.path.startswith(("jobs/", "applications/", "resumes/", "companies/")):
                continue
            for public_id in (job.public_id, sent.public_id):
                answer = client.get(route.url({"public_id": public_id, "slug": job.company.slug, "number": 1}))
                answered |= {route.path} if answer.status_code == 200 else set()
    Relay().drain()
    assert answered >= SCORING
    assert states() == before


def test_a_knock_out_and_a_low_score_leave_an_application_where_a_good_one_stands(
    as_user: Client, bob: User, job: Job, sent: Application
) -> None:
    best = make_application(job=job, answers=[{"question": str(job.questions.get().public_id), "value": True}])
    match = as_user(bob).get(f"/api/v1/applications/{sent.public_id}/match/").json()
    assert float(match["score"]) < 50 and {one["code"] for one in match["barriers"]} >= {"skill_missing", "skill_short"}
    for application in (sent, best):
        application.refresh_from_db()
    assert (sent.status, sent.stage_id, sent.decided_at) == (best.status, best.stage_id, None)


def test_no_clock_moves_what_nobody_decided(job: Job, sent: Application, dana: User) -> None:
    """Every beat of postings and applications, before and after the posting's time is over."""
    beats = [entry["task"] for entry in BEAT_SCHEDULE.values() if entry["task"].startswith(("jobs.", "applications."))]
    assert len(beats) > 8
    app.loader.import_default_modules()
    Relay().drain()
    before = states()
    for expired in (False, True):
        if expired:
            Job.objects.filter(pk=job.pk).update(expires_at=timezone.now() - timedelta(days=1))
        for name in beats:
            app.tasks[name].apply(throw=True)
        Relay().drain()
        assert states() == before
