"""What would raise a score does raise it by what was said, and what speaks against a match goes with its cause.

Postings and résumés are drawn; every step and every cure is taken through the services that a person would use,
and the match is asked again over the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from accounts.models import User
from jobs.matching.scoring import BY_LEVEL, YEARS_ASKED
from jobs.models import Importance, Job, JobSkill
from jobs.tests.factories import make_job, make_skill
from resumes.models import Experience, Resume, ResumeLanguage, ResumeSkill
from resumes.services import add_row, edit_resume, edit_row
from resumes.tests.factories import make_published_resume

pytestmark = pytest.mark.django_db
Client = Callable[[User], APIClient]
SKILLS = ("Python", "Django", "Go", "Rust", "Cobol")
LANGUAGES = {"en": "English", "fr": "French", "de": "German"}


def drawn_posting(dice: Random) -> Job:
    """A posting that asks for a few skills, with or without level and years."""
    job = make_job(
        experience_level=dice.choice(["any", *YEARS_ASKED]),
        work_mode="remote",
        eligible_countries=dice.choice([[], ["CM"], ["CM", "FR"]]),
        language=dice.choice(list(LANGUAGES)),
        salary_yearly_max=dice.choice([None, 40_000]),
    )
    JobSkill.objects.bulk_create(
        JobSkill(
            job=job,
            position=at,
            skill=make_skill(name),
            importance=dice.choice(Importance.values),
            level=dice.choice(["", *BY_LEVEL]),
            min_years=dice.choice([None, 1, 4, 9]),
        )
        for at, name in enumerate(dice.sample(SKILLS, dice.randint(1, 4)))
    )
    return job


def drawn_resume(dice: Random, owner: User) -> Resume:
    """A résumé that claims some of them, works since some time, and speaks this and that."""
    resume = make_published_resume(owner=owner, country_code=dice.choice(["CM", "DE"]))
    for name in dice.sample(SKILLS, dice.randint(0, 4)):
        make_skill(name)
        write(resume, "skills", name=name, level=dice.choice(["", *BY_LEVEL]), years=dice.choice([None, 0, 2, 7]))
    if dice.random() < 0.7:
        Experience.objects.filter(resume=resume).delete()
        ended = dice.choice(["2010-08", "2012-03", "2013-12"])
        write(resume, "experiences", company_name="X", position="Y", started_on="2010-01", ended_on=ended)
    for code in dice.sample(list(LANGUAGES), dice.randint(0, 2)):
        write(resume, "languages", language=LANGUAGES[code], level=dice.choice(["", "a1", "b1", "c1"]))
    return resume


def write(resume: Resume, section: str, **values: Any) -> None:
    add_row(actor=resume.owner, resume_id=resume.pk, section=section, **values)


def change(row: Any, section: str, **values: Any) -> None:
    edit_row(actor=row.resume.owner, resume_id=row.resume_id, section=section, row_id=row.pk, **values)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is done inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def tenths(text: str | None) -> int:
    return int(Decimal(text or 0) * 10)


def take(step: dict[str, Any], resume: Resume) -> dict[str, str]:
    """Do what the step says; returns the wish for pay where that is what it changes."""
    subject, value = step["subject"], step["value"]
    match step["step"]:
        case "skill_added":
            write(resume, "skills", name=subject)
        case "skill_level":
            change(ResumeSkill.objects.get(resume=resume, name=subject), "skills", level=value)
        case "skill_years":
            change(ResumeSkill.objects.get(resume=resume, name=subject), "skills", years=int(value))
        case "experience":
            change(Experience.objects.get(resume=resume), "experiences", ended_on=f"{2009 + int(value)}-12")
        case "language":
            row = ResumeLanguage.objects.filter(resume=resume, language=LANGUAGES[subject]).first()
            if row is None:
                write(resume, "languages", language=LANGUAGES[subject], level=value)
            else:
                change(row, "languages", level=value)
        case "pay_wish":
            return {"salary_min": value}
        case other:
            raise AssertionError(other)
    return {}


def cure(barrier: dict[str, Any], resume: Resume, job: Job) -> None:
    """Take away what the barrier names."""
    match barrier["code"]:
        case "skill_missing":
            write(resume, "skills", name=barrier["detail"])
        case "skill_short":
            wish = JobSkill.objects.get(job=job, skill__name=barrier["detail"])
            row = ResumeSkill.objects.get(resume=resume, name=barrier["detail"])
            change(row, "skills", level=wish.level or row.level, years=wish.min_years or row.years)
        case "language_missing":
            write(resume, "languages", language=LANGUAGES[barrier["detail"]], level="")
        case "country_not_eligible":
            fresh = Resume.objects.get(pk=resume.pk)
            edit_resume(actor=fresh.owner, resume_id=fresh.pk, expected_version=fresh.version, country_code="CM")
        case other:
            raise AssertionError(other)


def key(barrier: dict[str, Any]) -> tuple[str, str]:
    return barrier["code"], barrier["detail"]


@pytest.mark.parametrize("seed", range(16))
def test_every_step_gains_what_is_said_and_every_barrier_goes_with_its_cause(
    seed: int, as_user: Client, alice: User
) -> None:
    dice = Random(seed)
    job, resume, client = drawn_posting(dice), drawn_resume(dice, alice), as_user(alice)
    wish = {"salary_min": dice.choice(["30000", "45000"]), "currency": "EUR", "period": "year"}

    def asked(**wished: str) -> dict[str, Any]:
        answer = client.get(f"/api/v1/jobs/{job.public_id}/match/", {**wish, **wished})
        assert answer.status_code == 200, answer.json()
        return answer.json()

    before = asked()
    for step in before["raises"]:
        with undone():
            after = asked(**take(step, resume))
            assert tenths(after["score"]) == tenths(before["score"]) + tenths(step["gain"]), step
    for barrier in before["barriers"]:
        with undone():
            cure(barrier, resume, job)
            assert {key(one) for one in asked()["barriers"]} == {key(one) for one in before["barriers"]} - {
                key(barrier)
            }
    assert asked() == before


def test_the_draws_meet_every_kind_of_advice(as_user: Client, alice: User) -> None:
    """The test above would prove nothing of a step that never comes up."""
    met: set[str] = set()
    for seed in range(16):
        with undone():
            dice = Random(seed)
            job, _resume = drawn_posting(dice), drawn_resume(dice, alice)
            wish = {"salary_min": dice.choice(["30000", "45000"]), "currency": "EUR", "period": "year"}
            match = as_user(alice).get(f"/api/v1/jobs/{job.public_id}/match/", wish).json()
            met |= {one["step"] for one in match["raises"]} | {one["code"] for one in match["barriers"]}
    assert met >= {"skill_added", "skill_level", "skill_years", "experience", "language", "pay_wish"}
    assert met >= {"skill_missing", "skill_short", "language_missing", "country_not_eligible"}
