"""Templates and promises for tests."""

from __future__ import annotations

import itertools
from typing import Any

from applications.pipeline.models import HiringPolicy, JobPipeline, StageTemplate, TemplateStage
from companies.tests.factories import make_company
from jobs.tests.factories import make_job

_numbers = itertools.count(1)


def make_stage_template(**overrides: Any) -> StageTemplate:
    """A template with one stage."""
    company = overrides.pop("company", None) or make_company()
    template = StageTemplate.objects.create(company=company, **{"name": f"Template {next(_numbers)}", **overrides})
    TemplateStage.objects.create(template=template, name="Inbox", position=0)
    return template


def make_job_pipeline(**overrides: Any) -> JobPipeline:
    return JobPipeline.objects.create(job=overrides.pop("job", None) or make_job(), **overrides)


def make_hiring_policy(**overrides: Any) -> HiringPolicy:
    return HiringPolicy.objects.create(company=overrides.pop("company", None) or make_company(), **overrides)
