"""How the demo world's teams lay out their pipelines, and what they write beside applications."""

from __future__ import annotations

from random import Random

from applications.duplicates.services import index_candidate
from applications.models import Application
from applications.pipeline.services import create_template
from applications.pools.services import ask_into_pool, create_pool
from applications.teamwork.services import assign, create_tag, rate, set_tags, write_note
from companies.models import Membership, Role
from umemployed.embedded.demo.people import Cast

# Four stages each, like those that we propose: the fates of applications count on it.
TEMPLATE = (
    {"name": "Applications", "kind": "inbox", "phase": "received"},
    {"name": "Phone call", "kind": "screening", "phase": "in_review"},
    {"name": "Trial day", "kind": "interview", "phase": "interviewing"},
    {"name": "Decision", "kind": "offer", "phase": "deciding"},
)
TAGS = ("strong portfolio", "speaks French", "can start at once")
NOTES = (
    "Clear letter, and the references are good. I would call this week.",
    "Asks for part-time; we should say early that this is possible.",
    "Knows our tools. Let us not wait too long.",
)
ATTRIBUTES = ("craft", "communication")


def make_templates(cast: Cast) -> None:
    """Let the recruiter of every second company lay out a pipeline of its own, and every company have tags."""
    for at, company in enumerate(cast.companies):
        recruiter = cast.teams[company.pk][Role.RECRUITER]
        if at % 2:
            stages = [dict(stage) for stage in TEMPLATE]
            create_template(actor=recruiter, company_id=company.pk, name="By telephone first", stages=stages)
        for name in TAGS:
            create_tag(actor=recruiter, company_id=company.pk, name=name)


def make_teamwork(random: Random, cast: Cast, applications: list[Application]) -> None:
    """Let the teams note, tag, rate and assign every third application, and keep one candidate in mind for later."""
    for application in applications:
        index_candidate(application_id=application.pk)
    for application in applications[::3]:
        work_on(random, cast, application)
    for company in cast.companies:
        # Nobody is asked to be kept by an employer whom they do not know.
        asked = (each for each in applications if each.company_id == company.pk and not each.job.is_anonymous)
        sent = next(asked, None)
        if sent is not None:
            recruiter = cast.teams[company.pk][Role.RECRUITER]
            pool = create_pool(actor=recruiter, company_id=company.pk, name="For later")
            ask_into_pool(actor=recruiter, pool_id=pool.pk, application=sent.public_id)


def work_on(random: Random, cast: Cast, application: Application) -> None:
    """Let the recruiter and the hiring manager work on one application."""
    team = cast.teams[application.company_id]
    recruiter, manager = team[Role.RECRUITER], team[Role.HIRING_MANAGER]
    seat = Membership.objects.get(company=application.company_id, user=manager)
    write_note(actor=recruiter, application_id=application.pk, body=random.choice(NOTES), mentions=[seat.public_id])
    tags = list(application.company.application_tags.order_by("pk"))
    set_tags(actor=recruiter, application_id=application.pk, tags=[random.choice(tags).public_id])
    assign(actor=recruiter, application_id=application.pk, member=seat.public_id)
    for attribute in ATTRIBUTES:
        rate(actor=manager, application_id=application.pk, attribute=attribute, score=random.randint(2, 5))
