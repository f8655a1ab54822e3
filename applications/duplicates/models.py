"""By what a company may know a candidate again, and which candidates it takes for one person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from companies.models import Company
from umemployed.api.ids import PublicModel


class KeyKind(models.TextChoices):
    """What a likeness rests on."""

    EMAIL = "email", _("same e-mail address")
    PHONE = "phone", _("same telephone number")
    NAME_AND_EMPLOYER = "name_and_employer", _("same name and employer")


class CandidateKey(models.Model):
    """One thing by which an application's candidate may be known again: a keyed hash of it, not the thing itself."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="keys", verbose_name=_("application")
    )
    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    kind = models.CharField(_("kind"), max_length=20, choices=KeyKind.choices)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("key of a candidate")
        verbose_name_plural = _("keys of candidates")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "digest"], name="candidatekey_once_per_application"),
        ]
        indexes = [models.Index(fields=["company", "kind", "digest"], name="candidatekey_by_digest")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.application_id}"


class CandidateMerge(PublicModel):
    """The company takes ``merged`` for the same person as ``kept``. Nothing is rewritten, so undoing restores exactly.

    The standing rows are a forest: each person is merged into one other at most, and never in a circle.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    kept = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("kept"))
    merged = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("merged"))
    merged_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("merged by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of candidates")
        verbose_name_plural = _("merges of candidates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "merged"], condition=Q(undone_at=None), name="candidatemerge_into_one"
            ),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="candidatemerge_of_two"),
        ]
        indexes = [models.Index(fields=["company", "kept"], name="candidatemerge_of_kept", condition=Q(undone_at=None))]

    def __str__(self) -> str:
        return f"{self.merged_id} is {self.kept_id}"
