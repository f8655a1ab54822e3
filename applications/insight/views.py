"""The REST door of figures: ``companies/{slug}/insight/`` and ``jobs/{id}/insight/``, each also as CSV."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfCompany, OfJob
from applications.insight import reports, serializers
from applications.insight.tables import TABLES, lines
from applications.models.core import Application
from applications.querysets import ApplicationQuerySet
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView
from umemployed.files.names import attachment

CSV_SCHEMA = extend_schema(
    parameters=[OpenApiParameter("report", str, OpenApiParameter.PATH, enum=list(TABLES))],
    responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)},
)


class Figures(ApiView):
    """What both doors answer; each says whose applications it is about."""

    serializer_class = serializers.InsightSerializer
    query_serializer_class = serializers.InsightQuery
    # Of a job every stage has a row of its own; of a company every kind of stage.
    whole_job: Job | None = None

    def applications(self) -> ApplicationQuerySet:
        """Return the applications of the URL."""
        raise NotImplementedError

    @cached_property
    def cohort(self) -> ApplicationQuerySet:
        """Return those within the period of the query."""
        return reports.sent_within(self.applications(), self.query.get("since"), self.query.get("until"))

    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Tell how hiring goes: funnel, times, sources, days."""
        return self.whole()

    def whole(self) -> Response:
        """Answer every report; nine queries, however many applications."""
        return self.answer(
            {
                "funnel": reports.funnel(self.cohort, self.whole_job),
                "time_in_stage": reports.time_in_stage(self.cohort, self.whole_job),
                "time_to_hire": reports.time_to_hire(self.cohort),
                "sources": reports.sources(self.cohort),
                "days": reports.by_day(self.cohort),
            }
        )

    def download(self, report: str) -> StreamingHttpResponse:
        """Answer one report as CSV. Raises NotFound for one that does not exist."""
        if report not in TABLES:
            raise NotFound
        response = StreamingHttpResponse(
            lines(report, self.cohort, self.whole_job), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = attachment(f"{report}.csv")
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


class Download(ApiView):
    """Mixed into the doors of CSV: takes any Accept, for it answers no JSON."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class CompanyInsightView(Figures, OfCompany):
    """How hiring goes in a company, for those who view all of its applications."""

    query_serializer_class = serializers.CompanyInsightQuery

    def applications(self) -> ApplicationQuerySet:
        rows = Application.objects.filter(company=self.company)
        return rows.filter(job__public_id=self.query["job"]) if self.query.get("job") else rows


class JobInsightView(Figures, OfJob):
    """How hiring goes for a job, for its team."""

    def applications(self) -> ApplicationQuerySet:
        return Application.objects.filter(job=self.job)

    @cached_property
    def whole_job(self) -> Job:  # type: ignore[override]
        """Return the job of the URL, whose stages have rows of their own."""
        return self.job


class CompanyInsightCsvView(Download, CompanyInsightView):
    @CSV_SCHEMA
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Download one report as CSV."""
        return self.download(kwargs["report"])


class JobInsightCsvView(Download, JobInsightView):
    @CSV_SCHEMA
    def get(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Download one report as CSV."""
        return self.download(kwargs["report"])
