"""The REST door of hiring teams: ``jobs/{id}/team/``."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from applications.doors import OfJob
from applications.hiring import serializers, services
from applications.hiring.models import JobMember
from umemployed.api.errors import Forbidden
from umemployed.api.views import ApiViewSet, CreateMixin, DestroyMixin, ListMixin


class HiringTeamViewSet(ListMixin, CreateMixin, DestroyMixin, OfJob, ApiViewSet):
    """Who works on this job, beside those whose role in the company lets them; for that team."""

    serializer_class = serializers.JobMemberSerializer
    write_serializer_class = serializers.JobMemberWriteSerializer
    ordering = ("pk",)
    errors = [Forbidden]
    lookup_url_kwarg = "place_id"

    def get_queryset(self) -> QuerySet[JobMember]:
        return JobMember.objects.for_user(self.actor).filter(job=self.job).with_person()

    def perform_create(self, serializer: Any) -> JobMember:
        """Put a member on the team, or give them another role there."""
        return services.place_on_team(actor=self.actor, job_id=self.job.pk, **serializer.validated_data)

    def perform_destroy(self, instance: JobMember) -> None:
        services.remove_from_team(actor=self.actor, place_id=instance.pk)
