"""Postings in the admin: to look at and to search. States are moved through the services, never here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from jobs.alerts.admin import AlertMatchAdmin, SavedSearchAdmin, SearchAnchorAdmin
from jobs.importing.admin import JobImportAdmin, JobImportRowAdmin
from jobs.insight.models import DailyCount
from jobs.matching.admin import SkillWeightAdmin
from jobs.models import (
    Category,
    ExchangeRate,
    Job,
    JobLocation,
    JobReview,
    JobSkill,
    JobVersion,
    ScreeningQuestion,
)
from jobs.moderation.admin import FraudSignalAdmin, JobCaseAdmin, JobReportAdmin
from jobs.search.terms.admin import (
    IndexWorkAdmin,
    PostingTermsAdmin,
    SearchTermAdmin,
    TermPrefixAdmin,
    TermStartAdmin,
    TokenFrequencyAdmin,
)
from jobs.shelf.models import HiddenJob, SavedJob
from umemployed.api.admin import ReadOnly

__all__ = [
    "AlertMatchAdmin",
    "FraudSignalAdmin",
    "IndexWorkAdmin",
    "JobCaseAdmin",
    "JobImportAdmin",
    "JobImportRowAdmin",
    "JobReportAdmin",
    "PostingTermsAdmin",
    "SavedSearchAdmin",
    "SearchAnchorAdmin",
    "SearchTermAdmin",
    "SkillWeightAdmin",
    "TermPrefixAdmin",
    "TermStartAdmin",
    "TokenFrequencyAdmin",
]


class ReadOnlyInline(ReadOnly, TabularInline):
    """Rows that are only shown."""

    extra = 0
    can_delete = False
    show_change_link = False


class LocationInline(ReadOnlyInline):
    model = JobLocation
    fields = ["city", "region", "country", "address", "latitude", "longitude"]


class SkillInline(ReadOnlyInline):
    model = JobSkill
    fields = ["skill", "importance", "level", "min_years"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobSkill]:
        return super().get_queryset(request).select_related("skill")


class QuestionInline(ReadOnlyInline):
    model = ScreeningQuestion
    fields = ["label", "type", "is_required", "knock_out"]


@admin.register(Job)
class JobAdmin(ReadOnly, ModelAdmin):
    """All postings of all companies."""

    list_display = ["title", "company", "status", "is_anonymous", "work_mode", "published_at", "expires_at", "source"]
    list_filter = ["status", "is_anonymous", "employment_type", "work_mode", "language", "source", "published_at"]
    list_select_related = ["company"]
    search_fields = ["title", "company__name", "external_id", "reference"]
    search_help_text = "Title, company, external id, reference"
    date_hierarchy = "published_at"
    ordering = ["-pk"]
    inlines = [LocationInline, SkillInline, QuestionInline]
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return super().get_queryset(request).select_related("company", "category", "created_by", "submitted_by")


@admin.register(JobVersion)
class JobVersionAdmin(ReadOnly, ModelAdmin):
    """What postings said; rows are never changed."""

    list_display = ["job", "number", "author", "at"]
    list_select_related = ["job", "author"]
    search_fields = ["job__title"]
    show_full_result_count = False


@admin.register(JobReview)
class JobReviewAdmin(ReadOnly, ModelAdmin):
    """Who let which posting be published, or sent it back; rows are never changed."""

    list_display = ["job", "version", "is_approved", "objections", "reviewer", "submitted_by", "at"]
    list_select_related = ["job", "reviewer", "submitted_by"]
    list_filter = ["is_approved", "at"]
    search_fields = ["job__title"]
    show_full_result_count = False


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    """The fields of work; staff may add and rename."""

    list_display = ["name", "name_fr", "slug"]
    search_fields = ["name", "name_fr", "slug"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnly, ModelAdmin):
    """Rates to look at; they are loaded by ``manage.py load_exchange_rates``, which restates all pay."""

    list_display = ["currency", "on", "per_reference", "source"]
    list_filter = ["on"]
    search_fields = ["currency"]


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnly, ModelAdmin):
    """Views and applications per posting, day and source."""

    list_display = ["job", "day", "source", "views", "applies"]
    list_select_related = ["job"]
    list_filter = ["source", "day"]
    search_fields = ["job__title"]
    show_full_result_count = False


@admin.register(SavedJob, HiddenJob)
class ShelfAdmin(ReadOnly, ModelAdmin):
    """Who put which posting aside."""

    list_display = ["user", "job", "created_at"]
    list_select_related = ["user", "job"]
    search_fields = ["=user__email", "job__title"]
    show_full_result_count = False
