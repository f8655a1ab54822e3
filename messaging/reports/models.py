"""Reports."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from umemployed.api.ids import PublicModel

NOTE_LENGTH = 2000


class Reason(models.TextChoices):
    """What is wrong."""

    SPAM = "spam", _("spam")
    SCAM = "scam", _("fraud, or asks for money")
    HARASSMENT = "harassment", _("harassment or threats")
    DISCRIMINATION = "discrimination", _("discrimination")
    SEXUAL = "sexual", _("sexual content")
    IMPERSONATION = "impersonation", _("pretends to be somebody else")
    OTHER = "other", _("something else")


class Status(models.TextChoices):
    """What staff made of it."""

    OPEN = "open", _("open")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("dismissed")


# A decision can be taken back, and decided anew.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.UPHELD, Status.DISMISSED}),
    Status.UPHELD: frozenset({Status.OPEN}),
    Status.DISMISSED: frozenset({Status.OPEN}),
}


class Report(PublicModel):
    """One complaint about one thing. ``evidence`` is what could be read then, whatever is edited or deleted later."""

    reporter = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who reports")
    )
    message = models.ForeignKey(
        "messaging.Message", models.CASCADE, null=True, blank=True, related_name="reports", verbose_name=_("message")
    )
    person = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("reported person")
    )
    company = models.ForeignKey(
        Company, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("reported company")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=Reason.choices)
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    evidence = models.JSONField(_("evidence"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OPEN)
    resolved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    resolved_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, person=None, company=None)
                | Q(message=None, person__isnull=False, company=None)
                | Q(message=None, person=None, company__isnull=False),
                name="report_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(status="open", resolved_at=None) | ~Q(status="open") & Q(resolved_at__isnull=False),
                name="report_decided_unless_open",
            ),
            *[
                models.UniqueConstraint(
                    fields=["reporter", target], condition=Q(status="open"), name=f"report_one_open_per_{target}"
                )
                for target in ("message", "person", "company")
            ],
        ]
        indexes = [models.Index(fields=["status", "id"], name="report_queue")]

    def __str__(self) -> str:
        return f"{self.reason} #{self.pk}"

    def can_become(self, status: Status) -> bool:
        """Say whether staff may move it there now."""
        return status in TRANSITIONS[Status(self.status)]
