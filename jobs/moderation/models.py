"""Reports, signals, and the queue that they make."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from jobs.models.job import Job
from jobs.moderation.vocabulary import WEIGHT_OF_A_REPORT, WEIGHTS, ReportReason, SignalKind, Verdict
from umemployed.api.ids import PublicModel

PERSON = settings.AUTH_USER_MODEL


class Judged(models.Model):
    """What staff look at and decide."""

    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    note = models.CharField(_("note"), max_length=500, blank=True)
    judged_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("judged by")
    )
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)

    class Meta:
        abstract = True


class JobReport(PublicModel, Judged):
    """What somebody finds wrong about a posting; nobody but staff learns who."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="reports", verbose_name=_("job"))
    reporter = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reporter")
    )
    reason = models.CharField(_("reason"), max_length=20, choices=ReportReason.choices)
    details = models.TextField(_("details"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("report of a job")
        verbose_name_plural = _("reports of jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "reporter"], condition=Q(verdict="open"), name="jobreport_one_open_per_person"
            )
        ]
        indexes = [models.Index(fields=["job"], name="jobreport_open", condition=Q(verdict="open"))]

    def __str__(self) -> str:
        return f"{self.reason}: {self.job_id}"


class FraudSignal(Judged):
    """Something about a posting that looks wrong, with what it was seen by. It is for moderators to look at.

    ``evidence`` names what was found, so that the judgement can be made without searching. A signal that staff
    dismissed stays dismissed until the evidence is another.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="signals", verbose_name=_("job"))
    kind = models.CharField(_("kind"), max_length=10, choices=SignalKind.choices)
    evidence = models.JSONField(_("evidence"))
    found_at = models.DateTimeField(_("found at"))

    class Meta:
        verbose_name = _("fraud signal")
        verbose_name_plural = _("fraud signals")
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["job", "kind"], name="fraudsignal_once_per_kind")]
        indexes = [models.Index(fields=["job"], name="fraudsignal_open", condition=Q(verdict="open"))]

    def __str__(self) -> str:
        return f"{self.kind}: {self.job_id}"


class CaseQuerySet(models.QuerySet):
    """Postings as moderators look at them."""

    def to_be_judged(self) -> Self:
        """Those with something open, each with ``weight``, ``open_signals`` and ``open_reports``."""
        of_it = {"job": OuterRef("pk"), "verdict": Verdict.OPEN}
        weights = Case(*(When(kind=kind, then=Value(weight)) for kind, weight in WEIGHTS.items()), default=Value(1))
        signals = FraudSignal.objects.filter(**of_it).order_by().values("job")
        reports = JobReport.objects.filter(**of_it).order_by().values("job").annotate(n=Count("pk")).values("n")
        open_ones = Q(pk__in=FraudSignal.objects.filter(verdict=Verdict.OPEN).values("job"))
        open_ones |= Q(pk__in=JobReport.objects.filter(verdict=Verdict.OPEN).values("job"))
        number = IntegerField()
        return self.filter(open_ones).annotate(
            open_signals=Coalesce(Subquery(signals.annotate(n=Count("pk")).values("n"), output_field=number), 0),
            open_reports=Coalesce(Subquery(reports, output_field=number), 0),
            weight=Coalesce(Subquery(signals.annotate(n=Sum(weights)).values("n"), output_field=number), 0)
            + F("open_reports") * WEIGHT_OF_A_REPORT,
        )


class JobCase(Job):
    """A posting that somebody has to look at."""

    cases = CaseQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("job to look at")
        verbose_name_plural = _("jobs to look at")
        ordering = ["-pk"]
