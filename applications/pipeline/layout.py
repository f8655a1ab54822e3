"""The stages of a job: made once, out of the company's template or the ones that we propose."""

from __future__ import annotations

from django.utils.translation import override

from applications.models.core import Stage
from applications.pipeline.models import HiringPolicy, JobPipeline, StageTemplate, TemplateStage
from applications.vocabulary import DEFAULT_STAGES
from jobs.models import Job


def stages_of(job: Job) -> list[Stage]:
    """Return the job's stages in order, made at the first time; the caller holds the job's lock."""
    stages = [stage for stage in job.stages.all() if stage.removed_at is None]
    return stages or lay_out(job, default_template_of(job))


def default_template_of(job: Job) -> StageTemplate | None:
    """Return the template that the company made its default, if any."""
    return StageTemplate.objects.filter(company=job.company_id, is_default=True).with_stages().first()


def lay_out(job: Job, template: StageTemplate | None) -> list[Stage]:
    """Make the job's stages and note the template and what the company promises; the job has none yet."""
    reply_days = HiringPolicy.objects.filter(company=job.company_id).values_list("reply_days", flat=True).first()
    JobPipeline.objects.bulk_create(
        [JobPipeline(job=job, template=template, reply_days=reply_days)],
        update_conflicts=True,  # what was promised stays
        unique_fields=["job"],
        update_fields=["template"],
    )
    return Stage.objects.bulk_create(
        Stage(job=job, name=name, kind=kind, phase=phase, position=at)
        for at, (name, kind, phase) in enumerate(plan_of(job, template))
    )


def plan_of(job: Job, template: StageTemplate | None) -> list[tuple[str, str, str]]:
    """Return (name, kind, phase) of each stage; the proposed ones are named in the posting's language."""
    planned: list[TemplateStage] = list(template.stages.all()) if template else []
    if planned:
        return [(stage.name, stage.kind, stage.phase) for stage in planned]
    with override(job.language):
        return [(str(name), kind, phase) for name, kind, phase in DEFAULT_STAGES]
