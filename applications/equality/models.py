"""What people say about themselves so that employers can see whether they hire fairly, and what employers see of it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.equality.querysets import EqualityReportQuerySet
from companies.models import Company
from umemployed.api.ids import PublicModel
from umemployed.vault.fields import EncryptedTextField


class SelfDeclaration(models.Model):
    """What one person declared to one company; which person, only our keys can tell.

    ``person_key`` is a keyed hash of the person and the company: no column leads to a person or an application. The
    primary key is random and no moment is kept, so that neither order nor time leads there. ``answers`` is the JSON
    object {question: value}, encrypted. ``is_counted``: it is part of a report, and will be of no other; of one that
    its person took back then, only this is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    person_key = models.CharField(_("keyed hash of the person"), max_length=64, unique=True)
    answers = EncryptedTextField(_("answers"), purpose="equality.answers", null=True)
    is_counted = models.BooleanField(_("counted"), default=False)

    class Meta:
        verbose_name = _("self-declaration")
        verbose_name_plural = _("self-declarations")
        ordering = ["pk"]
        indexes = [models.Index(fields=["company"], name="declaration_to_count", condition=models.Q(is_counted=False))]

    def __str__(self) -> str:
        return f"to {self.company_id}"

    def told(self) -> dict[str, str]:
        """Return the answers by question."""
        return json.loads(self.answers) if self.answers else {}


class EqualityReport(PublicModel):
    """What a company is told once a quarter, frozen. Each declaration is counted in one report at most.

    ``tables`` is [{question, cells: {value: count or null}}]; null where fewer than 10 would show (``suppression``).
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name=_("company"))
    quarter = models.CharField(_("quarter"), max_length=7, help_text=_("The quarter that had ended, as in 2026-Q3."))
    tables = models.JSONField(_("tables"), default=list)

    objects = EqualityReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report on equality")
        verbose_name_plural = _("reports on equality")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["company", "quarter"], name="equality_report_once_a_quarter")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.quarter}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A report is never changed.")
        super().save(*args, **kwargs)
