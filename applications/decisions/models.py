"""A company's own reasons, and the work of deciding about those who are left when a job closes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.decisions.querysets import CompanyReasonQuerySet, DispositionQuerySet
from applications.decisions.vocabulary import Act, DispositionStatus, ItemStatus
from applications.vocabulary import RejectionReason
from companies.models import Company
from jobs.models import Job
from umemployed.api.ids import PublicModel


class CompanyReason(PublicModel):
    """A reason in the company's own words, as a finer grain of one of ours, by which figures compare."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="rejection_reasons", verbose_name=_("company"))
    reason = models.CharField(_("reason"), max_length=20, choices=RejectionReason.choices)
    label = models.CharField(_("label"), max_length=80)
    is_retired = models.BooleanField(_("retired"), default=False, help_text=_("Stays in the history, cannot be given."))

    objects = CompanyReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason of a company")
        verbose_name_plural = _("reasons of companies")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("company", Lower("label"), name="companyreason_one_per_label")]

    def __str__(self) -> str:
        return self.label


class Disposition(PublicModel):
    """One closing of a job, and what it does with each who was still active; worked off item by item."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="dispositions", verbose_name=_("job"))
    started_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("started by")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=DispositionStatus.choices, default=DispositionStatus.RUNNING
    )
    delay_minutes = models.PositiveIntegerField(_("minutes until they are told"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = DispositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposition")
        verbose_name_plural = _("dispositions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(status="running"), name="disposition_one_running"),
        ]

    def __str__(self) -> str:
        return f"disposition of {self.job_id}"


class DispositionItem(models.Model):
    """One applicant in a disposition. ``problem`` is the code of the error that stopped it."""

    disposition = models.ForeignKey(Disposition, models.CASCADE, related_name="items", verbose_name=_("disposition"))
    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="+", verbose_name=_("application")
    )
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    reason = models.CharField(_("reason"), max_length=20, choices=RejectionReason.choices, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ItemStatus.choices, default=ItemStatus.PENDING)
    problem = models.CharField(_("problem"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("item of a disposition")
        verbose_name_plural = _("items of dispositions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["disposition", "application"], name="dispositionitem_once_per_application"),
        ]
        indexes = [
            models.Index(fields=["disposition", "id"], name="dispositionitem_pending", condition=Q(status="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.status}"
