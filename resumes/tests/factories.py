from __future__ import annotations

import itertools
from typing import Any

from accounts.models import User
from accounts.tests.factories import make_user
from resumes.models import Resume, Skill, SkillAlias
from resumes.services import add_row, create_resume, publish_resume
from resumes.taxonomy import learn_words, normalise

_numbers = itertools.count(1)


def make_skill(name: str = "", aliases: tuple[str, ...] = (), **overrides: Any) -> Skill:
    name = name or f"Skill {next(_numbers)}"
    skill = Skill.objects.create(**{"name": name, "slug": f"skill-{next(_numbers)}"} | overrides)
    labels = {normalise(label): label for label in (name, *aliases)}
    SkillAlias.objects.bulk_create(
        SkillAlias(skill=skill, label=label, normalised=normalised) for normalised, label in labels.items()
    )
    learn_words(labels)
    return skill


def make_resume(**overrides: Any) -> Resume:
    """A draft with nothing missing."""
    owner: User = overrides.pop("owner", None) or make_user()
    values = {"title": "Backend", "headline": "Backend developer", "city": "Douala", **overrides}
    resume = create_resume(actor=owner, **values)
    add_row(actor=owner, resume_id=resume.pk, section="experiences", company_name="Acme", position="Developer")
    add_row(actor=owner, resume_id=resume.pk, section="skills", name=f"Skill {next(_numbers)}")
    return Resume.objects.get(pk=resume.pk)


def make_published_resume(**overrides: Any) -> Resume:
    resume = make_resume(**overrides)
    return publish_resume(actor=resume.owner, resume_id=resume.pk)
