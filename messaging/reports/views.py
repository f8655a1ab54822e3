"""The REST door of reports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.services import EmailUnverified
from messaging.models import Report
from messaging.reports import services
from messaging.reports.models import Reason
from messaging.reports.serializers import ReportSerializer, ReportToStaffWriteSerializer
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiViewSet, CreateMixin, ListMixin, RetrieveMixin


class ReportViewSet(ListMixin, RetrieveMixin, CreateMixin, ApiViewSet):
    """My reports to staff, the newest first. Whom they are about does not learn of them."""

    serializer_class = ReportSerializer
    write_serializer_class = ReportToStaffWriteSerializer
    ordering = ("-pk",)
    errors = [EmailUnverified, NotFound, services.ReportStillOpen]

    def get_queryset(self) -> QuerySet[Report]:
        return Report.objects.filter(reporter=self.actor).select_related("message", "person", "company")

    @property
    def throttle_scope(self) -> str | None:  # type: ignore[override]
        """Count what is filed as reports, what is read as any read."""
        return "report" if self.request.method == "POST" else None

    def perform_create(self, serializer: Any) -> Report:
        asked = serializer.validated_data
        return services.file_report(
            actor=self.actor,
            reason=Reason(asked["reason"]),
            note=asked.get("note", ""),
            message_id=asked.get("message"),
            person_id=asked.get("person"),
            company_slug=asked.get("company"),
        )
