"""Applications of the demo world, in every state, and what people were told of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application, ApplicationEvent, Stage
from applications.services import (
    hire_candidate,
    mark_seen,
    move_application,
    reject_application,
    submit_application,
    withdraw_application,
)
from applications.vocabulary import RejectionReason
from companies.models import Role
from companies.rights import Right, members_with
from jobs.models import Job
from notifications.handlers import labels_of
from notifications.services import notify
from umemployed.embedded.demo.people import DOMAIN, Cast
from umemployed.events.log import Meta

FATES = ("new", "seen", "screening", "interview", "offer", "rejected", "withdrawn", "hired")
STAGES = {"screening": 1, "interview": 2, "offer": 3, "hired": 3, "rejected": 1}
A_DAY = 4  # applications of one person: below what the free plan allows


def make_applications(random: Random, cast: Cast, jobs: list[Job]) -> list[Application]:
    """Let the candidates apply to open postings, and the teams work on what came in."""
    open_jobs = [job for job in jobs if job.is_open()]
    made: list[Application] = []
    for person in cast.candidates:
        for job in random.sample(open_jobs, min(len(open_jobs), random.randint(1, A_DAY))):
            made.append(make_application(random, cast, person, job, FATES[len(made) % len(FATES)]))
    return made


def make_application(random: Random, cast: Cast, person: User, job: Job, fate: str) -> Application:
    """Apply, and bring the application to where its fate wants it."""
    recruiter = cast.teams[job.company_id][Role.RECRUITER]
    answers = [{"question": str(question.public_id), "value": True} for question in job.questions.all()]
    application = submit_application(
        actor=person, job_id=job.pk, resume_id=cast.resumes[person.pk].public_id, answers=answers
    )
    tell_the_team(application)
    if fate == "withdrawn":
        withdraw_application(actor=person, application_id=application.pk)
    elif fate != "new":
        mark_seen(actor=recruiter, application_id=application.pk)
        work_on(random, application, recruiter, fate)
    date_back(random, application)
    return application


def work_on(random: Random, application: Application, recruiter: User, fate: str) -> None:
    """Let the recruiter move the application on, and decide."""

    def act(service: Callable[..., Application], **arguments: Any) -> None:
        application.refresh_from_db()
        service(actor=recruiter, application_id=application.pk, version=application.version, **arguments)

    if fate in STAGES:
        stages = list(Stage.objects.filter(job=application.job_id).order_by("position"))
        act(move_application, stage_id=stages[STAGES[fate]].public_id)
        tell_the_candidate(application, recruiter)
    if fate == "rejected":
        act(reject_application, reason=random.choice(RejectionReason.values))
    if fate == "hired" and application.job.applications.filter(status="hired").count() < application.job.openings:
        act(hire_candidate)


def tell_the_team(application: Application) -> None:
    """Let the team find the application among its news; without mails."""
    notify(
        can_be_mailed=False,
        kind="application_received",
        recipient_ids=members_with(application.company_id, Right.VIEW_APPLICATIONS),
        meta=meta_of(application, application.candidate, "received"),
        group=f"job:{application.job.public_id}",
        data=labels_of(application),
    )


def tell_the_candidate(application: Application, recruiter: User) -> None:
    """Let the candidate find the new status among the news."""
    application.refresh_from_db()
    notify(
        can_be_mailed=False,
        kind="application_moved",
        recipient_ids=[application.candidate_id],
        meta=meta_of(application, recruiter, "moved"),
        is_anonymous=True,
        group=f"application:{application.public_id}",
        data=labels_of(application) | {"progress": application.progress()},
    )


def meta_of(application: Application, actor: User, what: str) -> Meta:
    """Return what the event log would say of an invented fact."""
    return Meta(
        event_id=0,
        public_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{what}.{application.pk}.{DOMAIN}")),
        aggregate=what,
        actor_id=actor.pk,
        request_id="",
        occurred_at=timezone.now(),
    )


def date_back(random: Random, application: Application) -> None:
    """Spread the history over the days since the posting was published."""
    month = timezone.now() - timedelta(days=30)
    since = max(application.job.published_at or month, month)
    span = timezone.now() - since
    began = since + span * random.random() * 0.6
    rows = list(ApplicationEvent.objects.filter(application=application).order_by("pk"))
    for place, row in enumerate(rows):
        moment = began + (timezone.now() - began) * (place / (len(rows) + 1))
        ApplicationEvent.objects.filter(pk=row.pk).update(created_at=moment)
    Application.objects.filter(pk=application.pk).update(created_at=began, stage_entered_at=began + span * 0.1)
