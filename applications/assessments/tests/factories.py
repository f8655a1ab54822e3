"""Banks, assessments and attempts for tests."""

from __future__ import annotations

from typing import Any

from applications.assessments import services
from applications.assessments.models import Assessment, Attempt, BankQuestion, RetakeGrant
from applications.models.core import Application
from applications.tests.factories import make_application
from companies.models import Company, Role
from companies.tests.factories import make_company
from jobs.models import Job
from jobs.tests.factories import make_job
from resumes.models import Skill
from resumes.tests.factories import make_skill as make_taxonomy_skill

CONTENT: dict[str, dict[str, Any]] = {
    "single": {"options": ["red", "green", "blue"], "key": {"right": [1]}},
    "multiple": {"options": ["two", "three", "four", "five"], "key": {"right": [0, 1, 3]}},
    "numeric": {"key": {"value": "3.14", "tolerance": "0.01"}},
    "short_text": {"key": {"accept": ["Yaoundé"]}},
    "code_reading": {"code": "print(1 + 1)", "key": {"accept": ["2"]}},
}


def make_skill(name: str = "Carpentry") -> Skill:
    return Skill.objects.filter(name=name).first() or make_taxonomy_skill(name=name)


def make_bank_question(company: Company | None = None, kind: str = "single", **overrides: Any) -> BankQuestion:
    """A question whose right answer `right_answer` knows."""
    fields = {"skill": make_skill(), "prompt": f"A {kind} question?", **CONTENT[kind], **overrides}
    return BankQuestion.objects.create(company=company or make_company(), kind=kind, **fields)


def make_assessment(job: Job | None = None, *, count: int = 2, bank: int = 4, **overrides: Any) -> Assessment:
    """An assessment that draws ``count`` of ``bank`` single questions."""
    job = job or make_job()
    for number in range(bank):
        make_bank_question(job.company, prompt=f"Question {number}?")
    owner = job.company.memberships.get(role=Role.OWNER).user
    pools = [{"skill": make_skill(), "kinds": [], "count": count}]
    content = {"title": "Basics", "minutes": 30, **overrides}
    return services.create_assessment(actor=owner, job_id=job.pk, pools=pools, **content)


def make_attempt(application: Application | None = None) -> Attempt:
    """A running attempt; its job gets an assessment if it has none."""
    application = application or make_application()
    if not Assessment.objects.filter(job=application.job).exists():
        make_assessment(application.job)
    return services.start_attempt(actor=application.candidate, application_id=application.pk)


def make_retake_grant() -> RetakeGrant:
    application = make_attempt().application
    owner = application.company.memberships.get(role=Role.OWNER).user
    return services.grant_retake(actor=owner, application_id=application.pk)


def right_answer(question: Any) -> Any:
    """Return what earns all points of a frozen question."""
    key = question.key
    match question.kind:
        case "single":
            return key["right"][0]
        case "multiple":
            return key["right"]
        case "numeric":
            return key["value"]
    return key["accept"][0]


def wrong_answer(question: Any) -> Any:
    """Return what earns nothing."""
    match question.kind:
        case "single":
            return next(option["id"] for option in question.options if option["id"] not in question.key["right"])
        case "multiple":
            return [option["id"] for option in question.options if option["id"] not in question.key["right"]]
        case "numeric":
            return "-1"
    return "something else"
