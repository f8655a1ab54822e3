"""The REST door of templates, stages and promises."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfCompany, OfJob
from applications.models.core import Stage
from applications.pipeline import serializers, services
from applications.pipeline.models import JobPipeline, StageTemplate
from applications.pipeline.names import NameTaken
from applications.pipeline.policy import policy_of
from umemployed.api.errors import Forbidden
from umemployed.api.preconditions import expected_version
from umemployed.api.views import (
    ApiView,
    ApiViewSet,
    CreateMixin,
    DestroyMixin,
    ListMixin,
    RetrieveMixin,
    UpdateMixin,
)


class StageTemplateViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, OfCompany, ApiViewSet):
    """From what the pipelines of new jobs are made."""

    serializer_class = serializers.StageTemplateSerializer
    write_serializer_class = serializers.StageTemplateWriteSerializer
    ordering = ("pk",)
    versioned = True
    errors = [NameTaken, services.TooMany, Forbidden]
    lookup_url_kwarg = "template_id"

    def get_queryset(self) -> QuerySet[StageTemplate]:
        return StageTemplate.objects.for_user(self.actor).filter(company=self.company).with_stages()

    def perform_create(self, serializer: Any) -> StageTemplate:
        return services.create_template(actor=self.actor, company_id=self.company.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> StageTemplate:
        return services.edit_template(
            actor=self.actor,
            template_id=serializer.instance.pk,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )

    def perform_destroy(self, instance: StageTemplate) -> None:
        version = expected_version(self.request)
        services.delete_template(actor=self.actor, template_id=instance.pk, expected_version=version)


class StageViewSet(ListMixin, CreateMixin, UpdateMixin, OfJob, ApiViewSet):
    """The pipeline of one job, in order: where `move` can lead. It is made when the job goes live."""

    serializer_class = serializers.PipelineStageSerializer
    serializer_classes = {"remove": None}  # type: ignore[dict-item]
    write_serializer_class = serializers.StageWriteSerializer
    write_serializer_classes = {"remove": serializers.StageRemovalSerializer}
    ordering = ("position", "pk")
    errors = [NameTaken, services.TooMany, services.StageHoldsApplications, Forbidden]
    lookup_url_kwarg = "stage_id"

    def get_queryset(self) -> QuerySet[Stage]:
        return Stage.objects.filter(job=self.job, removed_at=None)

    def perform_create(self, serializer: Any) -> Stage:
        """Add a stage."""
        return services.add_stage(actor=self.actor, job_id=self.job.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Stage:
        changes = serializer.validated_data
        return services.edit_stage(actor=self.actor, job_id=self.job.pk, stage_id=serializer.instance.pk, **changes)

    def remove(self, request: Request, **kwargs: Any) -> Response:
        """Take a stage out of the pipeline; its active applications go to another one."""
        stage = self.get_object()
        services.remove_stage(actor=self.actor, job_id=self.job.pk, stage_id=stage.pk, **self.read_body())
        return self.answer()


class UseTemplateView(OfJob):
    serializer_class = serializers.PipelineStageSerializer
    write_serializer_class = serializers.UseTemplateSerializer
    answers_list = True
    errors = [services.PipelineInUse, Forbidden]

    def post(self, request: Request, **kwargs: Any) -> Response:
        """Lay the job's pipeline out by a template, while nobody has applied."""
        services.use_template(actor=self.actor, job_id=self.job.pk, **self.read_body())
        return self.answer(Stage.objects.filter(job=self.job, removed_at=None))


class PromiseView(OfJob):
    serializer_class = serializers.PromiseSerializer
    write_serializer_classes = {"put": serializers.PromiseWriteSerializer}
    errors = [Forbidden]

    def get(self, request: Request, **kwargs: Any) -> Response:
        """Say within how many days the job promises an answer."""
        return self.answer(JobPipeline.objects.filter(job=self.job).first() or JobPipeline(job=self.job))

    def put(self, request: Request, **kwargs: Any) -> Response:
        """Promise an answer to whoever applies from now on, or nothing (null)."""
        return self.answer(services.promise_reply(actor=self.actor, job_id=self.job.pk, **self.read_body()))


class HiringPolicyView(OfCompany, ApiView):
    serializer_class = serializers.HiringPolicySerializer
    write_serializer_classes = {"patch": serializers.HiringPolicyWriteSerializer}
    versioned = True
    errors = [Forbidden]

    def get(self, request: Request, slug: str) -> Response:
        """Show how the company treats its candidates."""
        return self.answer(policy_of(self.company.pk))

    def patch(self, request: Request, slug: str) -> Response:
        """Change it."""
        changes = self.read_body(services.policy_of(self.company.pk))
        version = expected_version(request)
        return self.answer(
            services.edit_policy(actor=self.actor, company_id=self.company.pk, expected_version=version, **changes)
        )
