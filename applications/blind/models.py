"""Which jobs are reviewed blind, and which applications were revealed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job


class BlindReview(models.Model):
    """How a job's team reads applications: while it is on, without what tells who sent them."""

    job = models.OneToOneField(
        Job, models.CASCADE, primary_key=True, related_name="blind_review", verbose_name=_("job")
    )
    is_on = models.BooleanField(_("on"), default=False)
    shows_employers = models.BooleanField(
        _("shows employers"), default=False, help_text=_("The names of employers in the experience.")
    )

    class Meta:
        verbose_name = _("blind review")
        verbose_name_plural = _("blind reviews")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.job_id}: {'on' if self.is_on else 'off'}"


class Reveal(models.Model):
    """That somebody of the team had a candidate's identity shown; it is not taken back."""

    application = models.OneToOneField(
        "applications.Application",
        models.CASCADE,
        primary_key=True,
        related_name="reveal",
        verbose_name=_("application"),
    )
    revealed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revealed by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.application_id}"
