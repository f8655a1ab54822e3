"""Imports for staff: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from jobs.importing.models import JobImport, JobImportRow
from umemployed.api.admin import ReadOnly


@admin.register(JobImport)
class JobImportAdmin(ReadOnly, ModelAdmin):
    """Who imports what for whom, and how far it is."""

    list_display = [
        *("file_name", "company", "started_by", "status", "problem", "is_dry_run", "position", "total"),
        *("rejected_count", "created_at", "finished_at"),
    ]
    list_filter = ["status", "problem", "kind", "is_dry_run"]
    list_select_related = ["company", "started_by"]
    search_fields = ["company__name", "=public_id"]
    show_full_result_count = False


@admin.register(JobImportRow)
class JobImportRowAdmin(ReadOnly, ModelAdmin):
    """What became of each row."""

    list_display = ["job_import", "number", "external_id", "outcome", "cause", "field", "job"]
    list_filter = ["outcome", "cause"]
    list_select_related = ["job_import", "job"]
    search_fields = ["=external_id", "=job_import__public_id"]
    show_full_result_count = False
