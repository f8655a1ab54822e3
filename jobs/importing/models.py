"""Imports of uploaded files, and what became of each of their rows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from jobs.importing.querysets import JobImportQuerySet
from jobs.importing.vocabulary import UNFINISHED, ImportProblem, ImportStatus, RowCause, RowOutcome, SourceKind
from umemployed.api.ids import PublicModel
from umemployed.files.models import StoredFile


class JobImport(PublicModel):
    """One import of one uploaded file, worked off in batches.

    ``position`` of ``total`` units (rows; of a list, addresses) are accounted for, each batch in one transaction with
    its postings and its report, so a worker that dies leaves nothing half. Whoever works holds the lease, and writes
    only while ``claims`` is what it was when it began; ``attempts`` counts claims since the last progress.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="job_imports", verbose_name=_("company"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("started by")
    )
    file = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+", verbose_name=_("file"))
    file_name = models.CharField(_("file name"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind.choices)
    map_name = models.CharField(_("shipped mapping"), max_length=40, blank=True)
    mapping = models.JSONField(_("mapping"), default=dict)
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    publishes = models.BooleanField(_("publishes"), default=False)
    allows_duplicates = models.BooleanField(_("allows duplicates"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.QUEUED)
    problem = models.CharField(_("problem"), max_length=20, choices=ImportProblem.choices, blank=True)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    total = models.PositiveIntegerField(_("units"), null=True, blank=True)
    position = models.PositiveIntegerField(_("units accounted for"), default=0)
    rows_seen = models.PositiveIntegerField(_("rows"), default=0)
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    duplicate_count = models.PositiveIntegerField(_("duplicates"), default=0)
    rejected_count = models.PositiveIntegerField(_("rejected"), default=0)
    published_count = models.PositiveIntegerField(_("published"), default=0)
    claims = models.PositiveIntegerField(_("claims"), default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(_("claims without progress"), default=0, editable=False)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of postings")
        verbose_name_plural = _("imports of postings")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(status__in=UNFINISHED), name="jobimport_one_at_a_time_per_company"
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at"], name="jobimport_unfinished", condition=Q(status__in=UNFINISHED)),
            models.Index(fields=["finished_at"], name="jobimport_finished"),
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.public_id)

    def is_unfinished(self) -> bool:
        """Say whether a worker has it, or will have."""
        return self.status in UNFINISHED


class JobImportRow(models.Model):
    """What became of one row, numbered from 1. ``digest`` is what the row said, to know a repetition by."""

    job_import = models.ForeignKey(JobImport, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("number"))
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome.choices)
    field = models.CharField(_("field"), max_length=500, blank=True)
    cause = models.CharField(_("cause"), max_length=20, choices=RowCause.choices, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    is_published = models.BooleanField(_("published"), default=False)
    duplicates = models.JSONField(_("duplicates"), default=list)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+", verbose_name=_("job"))
    digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job_import", "number"], name="jobimportrow_once")]
        indexes = [
            models.Index(fields=["job_import", "external_id"], name="jobimportrow_first", condition=~Q(digest=""))
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
