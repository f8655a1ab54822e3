"""What was counted, and what waits to be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visit(models.Model):
    """One view of a posting, or one application to it, not folded into its day yet. It says nothing about who."""

    job = models.ForeignKey("jobs.Job", models.CASCADE, related_name="+", verbose_name=_("job"))
    day = models.DateField(_("day in the job's zone"))
    source = models.CharField(_("source"), max_length=20)
    is_apply = models.BooleanField(_("applied"), default=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.job_id} {self.day}"


class DailyCount(models.Model):
    """How often a posting was viewed and applied to on one day of its own zone, by way of one source."""

    job = models.ForeignKey("jobs.Job", models.CASCADE, related_name="daily_counts", verbose_name=_("job"))
    day = models.DateField(_("day in the job's zone"))
    source = models.CharField(_("source"), max_length=20)
    views = models.PositiveIntegerField(_("views"), default=0)
    applies = models.PositiveIntegerField(_("applications"), default=0)

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "day", "source"], name="dailycount_once_per_source")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.day} {self.source}"
