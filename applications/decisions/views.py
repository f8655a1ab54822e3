"""The REST door of reasons, bulk acts and dispositions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from applications.decisions import closing, reasons, serializers
from applications.decisions.bulk import act_in_bulk
from applications.decisions.models import CompanyReason, Disposition, DispositionItem
from applications.doors import OfCompany, OfJob
from applications.pipeline.names import NameTaken
from jobs.services import WrongState
from umemployed.api.errors import Forbidden
from umemployed.api.preconditions import StaleVersion
from umemployed.api.views import ApiView, ApiViewSet, CreateMixin, ListMixin, RetrieveMixin, UpdateMixin


class CompanyReasonViewSet(ListMixin, CreateMixin, UpdateMixin, OfCompany, ApiViewSet):
    """The company's own reasons of rejections, retired ones included."""

    serializer_class = serializers.CompanyReasonSerializer
    write_serializer_classes = {
        "create": serializers.CompanyReasonWriteSerializer,
        "partial_update": serializers.CompanyReasonEditSerializer,
    }
    ordering = ("pk",)
    errors = [NameTaken, Forbidden]
    lookup_url_kwarg = "reason_id"

    def get_queryset(self) -> QuerySet[CompanyReason]:
        return CompanyReason.objects.for_user(self.actor).filter(company=self.company)

    def perform_create(self, serializer: Any) -> CompanyReason:
        return reasons.add_reason(actor=self.actor, company_id=self.company.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> CompanyReason:
        return reasons.edit_reason(actor=self.actor, reason_id=serializer.instance.pk, **serializer.validated_data)


class BulkView(ApiView):
    serializer_class = serializers.BulkSerializer
    write_serializer_class = serializers.BulkWriteSerializer

    def post(self, request: Request) -> Response:
        """Move, reject or restore up to 100 applications; each is answered by itself."""
        outcomes = act_in_bulk(actor=self.actor, **self.read_body())
        failed = sum(outcome.error is not None for outcome in outcomes)
        return self.answer({"done": len(outcomes) - failed, "failed": failed, "results": outcomes})


class DispositionViewSet(ListMixin, RetrieveMixin, CreateMixin, OfJob, ApiViewSet):
    """Closing the job with a decision about everybody who is left, and how far it has been carried out."""

    serializer_class = serializers.DispositionSerializer
    serializer_classes = {"items": serializers.DispositionItemSerializer}
    write_serializer_class = serializers.DispositionWriteSerializer
    ordering = ("-pk",)
    paginated_actions = ("items",)
    errors = [closing.DispositionRunning, WrongState, StaleVersion, Forbidden]
    lookup_url_kwarg = "disposition_id"

    def get_queryset(self) -> QuerySet[Disposition]:
        return Disposition.objects.for_user(self.actor).filter(job=self.job).with_progress()

    def perform_create(self, serializer: Any) -> Disposition:
        """Start."""
        return closing.start_disposition(actor=self.actor, job_id=self.job.pk, **serializer.validated_data)

    def items(self, request: Request, **kwargs: Any) -> Response:
        """Tell what became of each applicant."""
        rows = DispositionItem.objects.filter(disposition=self.get_object()).select_related("application")
        return self.page(rows.order_by("pk"))

    def retry(self, request: Request, **kwargs: Any) -> Response:
        """Take up again what failed."""
        disposition = closing.retry_disposition(actor=self.actor, disposition_id=self.get_object().pk)
        return self.answer(self.reload(disposition))
