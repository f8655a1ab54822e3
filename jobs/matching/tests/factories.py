from __future__ import annotations

from typing import Any

from jobs.matching.models import SkillWeight
from jobs.tests.factories import make_skill


def make_skill_weight(**overrides: Any) -> SkillWeight:
    skill = overrides.pop("skill", None) or make_skill()
    return SkillWeight.objects.create(**{"skill": skill, "resumes": 10, "postings": 5, "weight": 2_000, **overrides})
