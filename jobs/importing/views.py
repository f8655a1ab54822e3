"""The REST door of imports."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services.verification import EmailUnverified
from jobs.importing import services
from jobs.importing.models import JobImport, JobImportRow
from jobs.importing.querysets import JobImportQuerySet
from jobs.importing.serializers import (
    ImportsParameters,
    JobImportRowSerializer,
    JobImportSerializer,
    JobImportWriteSerializer,
    RowsParameters,
)
from jobs.importing.tables import lines
from umemployed.api.errors import Forbidden
from umemployed.api.views import ApiViewSet, CreateMixin, ListMixin, RetrieveMixin
from umemployed.files.names import attachment
from umemployed.files.services import FileNotReady


class JobImportViewSet(ListMixin, RetrieveMixin, CreateMixin, ApiViewSet):
    """Imports of uploaded files, for those who may post for the company."""

    serializer_class = JobImportSerializer
    write_serializer_class = JobImportWriteSerializer
    query_serializer_classes = {"list": ImportsParameters, "rows": RowsParameters}
    ordering = ("-pk",)
    paginated_actions = ("rows",)
    errors = [services.ImportRunning, FileNotReady, Forbidden, EmailUnverified]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The report is CSV, whatever ``Accept`` names."""
        return super().perform_content_negotiation(request, force or self.action == "report")

    def get_queryset(self) -> JobImportQuerySet:
        """Return those of one's companies, filtered."""
        found = JobImport.objects.for_user(self.actor).with_shown()
        if self.operation == "list" and "status" in self.query:
            found = found.filter(status__in=self.query["status"])
        if self.operation == "list" and "company" in self.query:
            found = found.filter(company__slug__in=self.query["company"])
        return found

    def perform_create(self, serializer: serializers.BaseSerializer) -> JobImport:
        """Queue an import."""
        return services.start_import(actor=self.actor, **serializer.validated_data)

    @action(detail=True, methods=["post"], errors=[services.ImportInWrongState, Forbidden])
    def cancel(self, request: Request, public_id: str) -> Response:
        """End it; what is written stays."""
        job_import = services.cancel_import(actor=self.actor, import_id=self.get_object().pk)
        return self.answer(self.reload(job_import))

    @action(
        detail=True,
        methods=["post"],
        errors=[services.ImportInWrongState, services.ImportRunning, Forbidden, EmailUnverified],
    )
    def resume(self, request: Request, public_id: str) -> Response:
        """Go on where it failed or was cancelled."""
        job_import = services.resume_import(actor=self.actor, import_id=self.get_object().pk)
        return self.answer(self.reload(job_import))

    @action(detail=True, methods=["get"], serializer_class=JobImportRowSerializer, ordering=("number",), errors=[])
    def rows(self, request: Request, public_id: str) -> Response:
        """Page through the report."""
        rows = self.report_rows()
        if "outcome" in self.query:
            rows = rows.filter(outcome__in=self.query["outcome"])
        return self.page(rows)

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)})
    @action(detail=True, methods=["get"], errors=[])
    def report(self, request: Request, public_id: str) -> HttpResponseBase:
        """Download the report as CSV."""
        response = StreamingHttpResponse(lines(self.report_rows()), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = attachment("import-report.csv")
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    def report_rows(self) -> QuerySet[JobImportRow]:
        """Return the rows of the import in the URL."""
        return JobImportRow.objects.filter(job_import=self.get_object()).select_related("job").order_by("number")
