"""The moderators' queue, and what it is made of."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from accounts.models import User
from jobs.moderation.models import FraudSignal, JobCase, JobReport
from jobs.moderation.services import judge_job, restore_job, take_down_job
from jobs.moderation.vocabulary import Verdict
from umemployed.api.admin import ReadOnly


class SignalInline(ReadOnly, TabularInline):
    model = FraudSignal
    extra = 0
    fields = ["kind", "evidence", "found_at", "verdict", "note"]


class ReportInline(ReadOnly, TabularInline):
    model = JobReport
    extra = 0
    fields = ["reason", "details", "reporter", "created_at", "verdict", "note"]
    readonly_fields = ["created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobReport]:
        return super().get_queryset(request).select_related("reporter")


@admin.register(JobCase)
class JobCaseAdmin(ReadOnly, ModelAdmin):
    """The queue: postings with open reports or signals, the weightiest first. Nothing happens by itself."""

    list_display = ["title", "company", "status", "shown_weight", "shown_reports", "shown_signals", "published_at"]
    list_select_related = ["company"]
    list_filter = ["status", "signals__kind"]
    search_fields = ["title", "company__name", "=public_id"]
    ordering = ["-pk"]
    show_full_result_count = False
    fields = ["title", "company", "status", "description", "requirements", "benefits", "created_by", "taken_down_at"]
    inlines = [SignalInline, ReportInline]
    actions = ["dismiss", "take_down", "restore"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[JobCase]:
        # One's own page stays readable after everything about it was judged.
        rows = JobCase.cases.select_related("company", "created_by", "submitted_by", "category")
        return rows.to_be_judged() if is_list(request) else rows

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-weight", "-pk"] if is_list(request) else ["-pk"]

    @display(description=_("weight"))
    def shown_weight(self, job: Any) -> int:
        """Return what the open signals and reports weigh together."""
        return job.weight

    @display(description=_("reports"))
    def shown_reports(self, job: Any) -> int:
        """Return how many reports are open."""
        return job.open_reports

    @display(description=_("signals"))
    def shown_signals(self, job: Any) -> int:
        """Return how many signals are open."""
        return job.open_signals

    @admin.action(description=_("Dismiss what is open about them"), permissions=["view"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[JobCase]) -> None:
        """Find nothing wrong with the chosen postings."""
        for job_id in list(queryset.values_list("pk", flat=True)):
            judge_job(actor=staff_of(request), job_id=job_id, verdict=Verdict.DISMISSED)

    @admin.action(description=_("Take them down"), permissions=["view"])
    def take_down(self, request: HttpRequest, queryset: QuerySet[JobCase]) -> None:
        """Take the chosen postings off the market."""
        for job_id in list(queryset.values_list("pk", flat=True)):
            take_down_job(actor=staff_of(request), job_id=job_id)
        messages.success(request, _("They are off the market. The company can publish them again after a restore."))

    @admin.action(description=_("Let them be published again"), permissions=["view"])
    def restore(self, request: HttpRequest, queryset: QuerySet[JobCase]) -> None:
        """Undo a take-down."""
        for job_id in list(queryset.values_list("pk", flat=True)):
            restore_job(actor=staff_of(request), job_id=job_id)


def is_list(request: HttpRequest) -> bool:
    """Say whether the queue itself is asked for, not one posting."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").endswith("_changelist")


def staff_of(request: HttpRequest) -> User:
    """Return the member of staff who asks."""
    if not isinstance(request.user, User):
        raise TypeError("The admin lets in only people who signed in.")
    return request.user


@admin.register(JobReport)
class JobReportAdmin(ReadOnly, ModelAdmin):
    """Every report, judged or not."""

    list_display = ["job", "reason", "verdict", "reporter", "judged_by", "created_at"]
    list_select_related = ["job", "reporter", "judged_by"]
    list_filter = ["verdict", "reason", "created_at"]
    search_fields = ["job__title", "=public_id"]
    show_full_result_count = False


@admin.register(FraudSignal)
class FraudSignalAdmin(ReadOnly, ModelAdmin):
    """Every signal, judged or not."""

    list_display = ["job", "kind", "verdict", "judged_by", "found_at"]
    list_select_related = ["job", "judged_by"]
    list_filter = ["verdict", "kind", "found_at"]
    search_fields = ["job__title"]
    show_full_result_count = False
