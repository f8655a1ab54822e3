"""The door for reports."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.models import Job
from jobs.moderation import services
from jobs.moderation.models import JobReport
from jobs.moderation.vocabulary import ReportReason
from umemployed.api.errors import NotFound, TooManyRequests
from umemployed.api.fields import StrictCharField
from umemployed.api.views import ApiView


class JobReportSerializer(serializers.ModelSerializer):
    """One's own report, as it was sent."""

    id = serializers.UUIDField(source="public_id")
    reported_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = JobReport
        fields = ["id", "reason", "details", "reported_at"]


class JobReportWriteSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(ReportReason.choices)
    details = StrictCharField(max_length=2000, allow_blank=True, default="")


class JobReportView(ApiView):
    """Telling staff that something is wrong with a posting."""

    serializer_class = JobReportSerializer
    write_serializer_class = JobReportWriteSerializer
    success_status = {"post": 201}
    errors = [services.AlreadyReported, TooManyRequests]

    def post(self, request: Request, public_id: str) -> Response:
        """Report the posting; the company is not told by whom."""
        found = Job.objects.for_user(self.actor).filter(public_id=public_id).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound
        return self.answer(services.report_job(actor=self.actor, job_id=found, **self.read_body()))
