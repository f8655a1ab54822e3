"""The queue of reports: staff read the evidence and decide."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from messaging.models import Report
from messaging.reports.models import Status
from messaging.reports.services import ReportWrongState, resolve_report
from umemployed.api.actor import actor_of
from umemployed.api.admin import RecordAdmin


@admin.register(Report)
class ReportAdmin(RecordAdmin):
    """What waits for a decision comes first by the filter; every decision is audited and can be taken back."""

    list_display = ["public_id", "status", "reason", "about", "reporter", "created_at", "resolved_by"]
    list_select_related = ["reporter", "person", "company", "message__sender", "resolved_by"]
    list_filter = ["status", "reason"]
    search_fields = ["public_id__exact", "reporter__email__exact", "person__email__exact"]
    search_help_text = _("The report's id or a person's address, in full")
    fields = [
        "public_id",
        "status",
        "reason",
        "note",
        "about",
        "reporter",
        "shown_evidence",
        "created_at",
        "resolved_by",
        "resolved_at",
    ]
    readonly_fields = fields
    ordering = ["-pk"]
    actions = ["uphold", "uphold_and_remove", "dismiss", "reopen"]

    @display(description=_("about"))
    def about(self, report: Report) -> str:
        """Name what was reported."""
        if report.message is not None:
            return str(_("a message of %s") % report.message.sender)
        return str(report.person or report.company)

    @display(description=_("evidence"))
    def shown_evidence(self, report: Report) -> SafeString:
        """Show the messages of the moment, the reported one marked."""
        own = str(report.message.public_id) if report.message is not None else ""
        rows = (
            ("▶ " if entry["id"] == own else "", entry["at"], entry["sender"] or "—", " ⟵ ".join(texts_of(entry)))
            for entry in report.evidence
        )
        return format_html_join("", "<p>{}<small>{} · {}</small><br>{}</p>", rows)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("messaging.change_report")

    @admin.action(description=_("Uphold"), permissions=["decide"])
    def uphold(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self.decide(request, queryset, Status.UPHELD)

    @admin.action(description=_("Uphold, and remove the message for everybody"), permissions=["decide"])
    def uphold_and_remove(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self.decide(request, queryset, Status.UPHELD, remove_message=True)

    @admin.action(description=_("Dismiss"), permissions=["decide"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self.decide(request, queryset, Status.DISMISSED)

    @admin.action(description=_("Open again"), permissions=["decide"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Report]) -> None:
        self.decide(request, queryset, Status.OPEN)

    def decide(self, request: HttpRequest, queryset: QuerySet[Report], status: Status, **how: Any) -> None:
        """Decide on each chosen report that allows it, and say on how many."""
        count = 0
        for report_id in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                resolve_report(actor=actor_of(request), report_id=report_id, status=status, **how)
                count += 1
            except ReportWrongState:
                continue
        self.message_user(request, ngettext("%d report was decided.", "%d reports were decided.", count) % count)


def texts_of(entry: dict[str, Any]) -> list[str]:
    """Return what a message says, and what it said before, the newest first; then its files."""
    return [entry["body"] or "—", *reversed(entry["before"]), *(f"📎 {name}" for name in entry["files"])]
