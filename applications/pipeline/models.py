"""How a company lays out its pipelines, and what one job's pipeline promises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.pipeline.querysets import StageTemplateQuerySet
from applications.vocabulary import Phase, StageKind
from companies.models import Company
from jobs.models import Job
from umemployed.api.ids import PublicModel

MAX_STAGES = 20
MAX_TEMPLATES = 50


class StageTemplate(PublicModel):
    """A list of stages from which the pipelines of jobs are made. Changing it changes no job that has its stages."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="stage_templates", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=60)
    is_default = models.BooleanField(_("default"), default=False, help_text=_("Of jobs for which none is chosen."))
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = StageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage template")
        verbose_name_plural = _("stage templates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("company", Lower("name"), name="stagetemplate_one_per_name"),
            models.UniqueConstraint(fields=["company"], condition=Q(is_default=True), name="stagetemplate_one_default"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateStage(models.Model):
    """One stage of a template, in its place."""

    template = models.ForeignKey(StageTemplate, models.CASCADE, related_name="stages", verbose_name=_("template"))
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=20, choices=StageKind.choices, default=StageKind.OTHER)
    phase = models.CharField(_("phase"), max_length=20, choices=Phase.choices, default=Phase.IN_REVIEW)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("stage of a template")
        verbose_name_plural = _("stages of templates")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="templatestage_one_per_position"),
        ]

    def __str__(self) -> str:
        return self.name


class JobPipeline(models.Model):
    """What one job's pipeline is beside its stages; at most one row per job, made with its stages."""

    # Not one-to-one: a set can be read with the job in one statement (``umemployed.api.gather``).
    job = models.ForeignKey(Job, models.CASCADE, related_name="pipelines", verbose_name=_("job"))
    template = models.ForeignKey(
        StageTemplate, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made from")
    )
    reply_days = models.PositiveSmallIntegerField(
        _("days until an answer"), null=True, blank=True, help_text=_("Promised to candidates; empty: nothing is.")
    )

    class Meta:
        verbose_name = _("pipeline")
        verbose_name_plural = _("pipelines")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["job"], name="jobpipeline_one_per_job")]

    def __str__(self) -> str:
        return f"pipeline of {self.job_id}"


class HiringPolicy(models.Model):
    """How a company treats its candidates unless it says otherwise in the single case."""

    company = models.OneToOneField(
        Company, models.CASCADE, primary_key=True, related_name="hiring_policy", verbose_name=_("company")
    )
    rejection_delay_minutes = models.PositiveIntegerField(
        _("minutes until a rejection is told"), default=0, help_text=_("Until then it can be taken back unnoticed.")
    )
    reply_days = models.PositiveSmallIntegerField(
        _("days until an answer"), null=True, blank=True, help_text=_("Promised by new pipelines; empty: nothing is.")
    )
    tells_first_look = models.BooleanField(
        _("tells candidates of the first look"), default=True, help_text=_("That somebody opened the application.")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("hiring policy")
        verbose_name_plural = _("hiring policies")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"policy of {self.company_id}"
