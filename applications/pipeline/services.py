"""Templates of a company, the stages of a job, and what the company promises."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models.core import Application, Stage
from applications.pipeline.events import PipelineChanged
from applications.pipeline.layout import lay_out, stages_of
from applications.pipeline.models import (
    MAX_STAGES,
    MAX_TEMPLATES,
    HiringPolicy,
    JobPipeline,
    StageTemplate,
    TemplateStage,
)
from applications.pipeline.names import save_named
from applications.pipeline.policy import policy_of
from applications.services.acting import enact
from applications.vocabulary import MOVE, Status
from companies.models import Company
from companies.rights import Right, require
from companies.services import lock_company
from jobs.models import Job
from umemployed.api.errors import Conflict, Invalid, NotFound
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record
from umemployed.events.log import publish

MOVED_AT_ONCE = 500


class StageHoldsApplications(Conflict):
    code = "stage_holds_applications"
    title = _("Active applications are in this stage")
    cause = _("Removing the stage would leave them nowhere; `count` says how many there are.")
    cure = _("Name in `move_to` the stage to which they go, or move them first; 500 go at once.")


class TooMany(Conflict):
    code = "too_many"
    title = _("There are as many as there may be")
    cause = _("A pipeline has at least 1 and at most 20 stages, a company at most 50 templates.")
    cure = _("Change or remove one that exists.")


class PipelineInUse(Conflict):
    code = "pipeline_in_use"
    title = _("The job has applications")
    cause = _("Another template would take away the stages in which they are.")
    cure = _("Change the stages one by one.")


# --- Templates -----------------------------------------------------------------------------------
@transaction.atomic
def create_template(*, actor: User, company_id: int, stages: list[dict[str, Any]], **content: Any) -> StageTemplate:
    """Add a template; the company's first is its default. Raises NotFound, Forbidden, NameTaken and TooMany."""
    company = lock_for_templates(actor, company_id)
    count = company.stage_templates.count()
    if count >= MAX_TEMPLATES:
        raise TooMany
    template = StageTemplate(company=company, **{"is_default": not count, **content})
    store_template(template, stages)
    record("stage_template:created", actor=actor, target=template)
    return template


@transaction.atomic
def edit_template(
    *,
    actor: User,
    template_id: int,
    expected_version: int,
    stages: list[dict[str, Any]] | None = None,
    **changes: Any,
) -> StageTemplate:
    """Change a template; ``stages`` replace all. Raises NotFound, Forbidden, PreconditionFailed and NameTaken."""
    template = lock_template(actor, template_id)
    check_version(template, expected_version)
    for name, value in changes.items():
        setattr(template, name, value)
    template.version += 1
    store_template(template, stages)
    record("stage_template:edited", actor=actor, target=template, fields=sorted(changes))
    return template


@transaction.atomic
def delete_template(*, actor: User, template_id: int, expected_version: int) -> None:
    """Remove a template; jobs keep the stages that were made from it."""
    template = lock_template(actor, template_id)
    check_version(template, expected_version)
    record("stage_template:deleted", actor=actor, target=template, name=template.name)
    template.delete()


def lock_for_templates(actor: User, company_id: int) -> Company:
    """Return the locked company if the actor may lay out its pipelines."""
    company = lock_company(company_id)
    require(actor, company_id, Right.POST_JOBS)
    return company


def lock_template(actor: User, template_id: int) -> StageTemplate:
    """Return a template as it is under its company's lock. Raises NotFound and Forbidden."""
    company_id = StageTemplate.objects.filter(pk=template_id).values_list("company_id", flat=True).first()
    if company_id is None:
        raise NotFound
    lock_for_templates(actor, company_id)
    template = StageTemplate.objects.filter(pk=template_id).first()
    if template is None:
        raise NotFound
    return template


def store_template(template: StageTemplate, stages: list[dict[str, Any]] | None) -> None:
    """Write a template and, if given, its stages; another default gives way to it."""
    others = StageTemplate.objects.filter(company=template.company_id).exclude(pk=template.pk)
    if template.is_default:
        others.filter(is_default=True).update(is_default=False)
    save_named(template)
    if stages is None:
        return
    template.stages.all().delete()
    TemplateStage.objects.bulk_create(
        TemplateStage(template=template, position=at, **stage) for at, stage in enumerate(stages)
    )


# --- The stages of a job -------------------------------------------------------------------------
@transaction.atomic
def use_template(*, actor: User, job_id: int, template_id: uuid.UUID) -> list[Stage]:
    """Lay the job's pipeline out anew, while nobody has applied. Raises PipelineInUse and Invalid."""
    job = lock_pipeline(actor, job_id)
    template = StageTemplate.objects.filter(company=job.company_id, public_id=template_id).with_stages().first()
    if template is None:
        raise Invalid.on_field("template", _("The company has no such template."), code="does_not_exist")
    if Application.objects.filter(job=job).exists():
        raise PipelineInUse
    Stage.objects.filter(job=job).delete()
    record("pipeline:laid_out", actor=actor, target=job, template=str(template.public_id))
    publish(PipelineChanged(job.pk), aggregate=job, actor=actor)
    return lay_out(job, template)


@transaction.atomic
def add_stage(*, actor: User, job_id: int, position: int | None = None, **content: Any) -> Stage:
    """Add a stage at a place, at the end by default. Raises NameTaken and TooMany."""
    job = lock_pipeline(actor, job_id)
    stages = stages_of(job)
    if len(stages) >= MAX_STAGES:
        raise TooMany
    stage = Stage(job=job, position=len(stages), **content)
    save_named(stage)
    put_in_order(stage, stages, position)
    record("stage:added", actor=actor, target=stage)
    publish(PipelineChanged(job.pk), aggregate=job, actor=actor)
    return stage


@transaction.atomic
def edit_stage(*, actor: User, job_id: int, stage_id: int, position: int | None = None, **changes: Any) -> Stage:
    """Rename or move a stage, or change what candidates are told in it; they are told at the next move only."""
    job = lock_pipeline(actor, job_id)
    stages = stages_of(job)
    stage = next((each for each in stages if each.pk == stage_id), None)
    if stage is None:
        raise NotFound
    for name, value in changes.items():
        setattr(stage, name, value)
    save_named(stage)
    put_in_order(stage, [each for each in stages if each.pk != stage_id], position)
    record("stage:edited", actor=actor, target=stage, fields=sorted(changes))
    publish(PipelineChanged(job.pk), aggregate=job, actor=actor)
    return stage


@transaction.atomic
def remove_stage(*, actor: User, job_id: int, stage_id: int, move_to: uuid.UUID | None = None) -> None:
    """Take a stage out of the pipeline; the history keeps it. Its active applications go to ``move_to``.

    Raises NotFound, Forbidden, TooMany (the last stage), Invalid and StageHoldsApplications. The full lock of
    the row waits for moves into it and makes later ones see that it is gone.
    """
    job = lock_pipeline(actor, job_id)
    stages = stages_of(job)
    stage = Stage.objects.select_for_update().filter(job=job, pk=stage_id, removed_at=None).first()
    if stage is None:
        raise NotFound
    if len(stages) == 1:
        raise TooMany
    empty_stage(actor, job, stage, move_to)
    stage.removed_at, stage.position = timezone.now(), None
    stage.save(update_fields=["removed_at", "position", "updated_at"])
    renumber([each for each in stages if each.pk != stage_id])
    record("stage:removed", actor=actor, target=stage)
    publish(PipelineChanged(job.pk), aggregate=job, actor=actor)


def empty_stage(actor: User, job: Job, stage: Stage, move_to: uuid.UUID | None) -> None:
    """Move the active applications of a locked stage, or refuse."""
    waiting = Application.objects.filter(job=job, stage=stage, status=Status.ACTIVE).order_by("pk")
    held = list(waiting.select_for_update(no_key=True).values_list("pk", flat=True)[: MOVED_AT_ONCE + 1])
    others = Stage.objects.filter(job=job, removed_at=None).exclude(pk=stage.pk)
    target = others.filter(public_id=move_to).first() if move_to else None
    if move_to is not None and target is None:
        raise Invalid.on_field("move_to", _("The job has no such other stage."), code="does_not_exist")
    if held and (target is None or len(held) > MOVED_AT_ONCE):
        raise StageHoldsApplications(count=waiting.count())
    for application in Application.objects.with_parties().with_circumstances().filter(pk__in=held).order_by("pk"):
        enact(MOVE, application, actor, stage=target)


def lock_pipeline(actor: User, job_id: int) -> Job:
    """Return the locked job if the actor may lay out its pipeline. Raises NotFound and Forbidden."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    require(actor, job.company_id, Right.POST_JOBS)
    return job


def put_in_order(stage: Stage, others: list[Stage], position: int | None) -> None:
    """Put a stage among the others, where it stands if no place is given."""
    place = stage.position if position is None else position
    place = min(place or 0, len(others))
    renumber([*others[:place], stage, *others[place:]])


def renumber(stages: list[Stage]) -> None:
    """Store the order of the stages; the constraint is judged at the commit."""
    for at, stage in enumerate(stages):
        stage.position = at
    Stage.objects.bulk_update(stages, ["position"])


# --- What the company promises -------------------------------------------------------------------
@transaction.atomic
def edit_policy(*, actor: User, company_id: int, expected_version: int, **changes: Any) -> HiringPolicy:
    """Change how the company treats its candidates. Raises NotFound, Forbidden and PreconditionFailed."""
    lock_company(company_id)
    require(actor, company_id, Right.MANAGE_COMPANY)
    policy = policy_of(company_id)
    check_version(policy, expected_version)
    for name, value in changes.items():
        setattr(policy, name, value)
    policy.version += 1
    policy.save()
    record("hiring_policy:edited", actor=actor, target=policy, fields=sorted(changes))
    return policy


@transaction.atomic
def promise_reply(*, actor: User, job_id: int, reply_days: int | None) -> JobPipeline:
    """Set what the job promises to those who apply from now on."""
    job = lock_pipeline(actor, job_id)
    stages_of(job)
    pipeline, _created = JobPipeline.objects.update_or_create(job=job, defaults={"reply_days": reply_days})
    record("pipeline:promised", actor=actor, target=job, reply_days=reply_days)
    return pipeline
