"""What a posting said, and who let it: for its team."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.history import changes_between, version_at
from jobs.models import Job, JobReview, JobVersion
from jobs.serializers import (
    JobDiffSerializer,
    JobReviewSerializer,
    JobVersionContentSerializer,
    JobVersionSerializer,
)
from umemployed.api.errors import NotFound
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, ListMixin

LARGEST = 2_147_483_647


class DiffParameters(QuerySerializer):
    """Which versions to compare."""

    before = serializers.IntegerField(min_value=0, max_value=LARGEST, default=0)
    after = serializers.IntegerField(min_value=0, max_value=LARGEST, default=LARGEST)


class OfOwnJob(ApiView):
    """Base of what lies below a posting and is for the members of its company: others see nothing there."""

    @cached_property
    def job(self) -> Job:
        """Return the posting of the URL. Raises NotFound."""
        job = Job.objects.of_my_companies(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if job is None:
            raise NotFound
        return job


class JobVersionViewSet(OfOwnJob, ListMixin, ApiViewSet):
    """The kept versions, the newest first; each number stands for the newest kept one that is not above it."""

    serializer_class = JobVersionSerializer
    serializer_classes = {"retrieve": JobVersionContentSerializer}
    ordering = ("-number", "-pk")

    def get_queryset(self) -> Any:
        """Return the posting's kept versions without their content."""
        return JobVersion.objects.filter(job=self.job).select_related("author").defer("snapshot")

    def retrieve(self, request: Request, public_id: str, number: int) -> Response:
        """Return what the posting said at this version."""
        version = version_at(self.job, number) if number <= LARGEST else None
        if version is None:
            raise NotFound
        return self.answer(version)


class JobDiffView(OfOwnJob):
    """What changed."""

    serializer_class = JobDiffSerializer
    query_serializer_class = DiffParameters

    def get(self, request: Request, public_id: str) -> Response:
        """Return what differs between two versions of the posting; before the first one it said nothing."""
        ends = [version_at(self.job, self.query[end]) for end in ("before", "after")]
        before, after = (end.snapshot if end else {} for end in ends)
        numbers = [end.number if end else None for end in ends]
        return self.answer(
            {"before": numbers[0], "after": numbers[1], "changes": changes_between(before, after)},
        )


class JobReviewViewSet(OfOwnJob, ListMixin, ApiViewSet):
    """The judgements of the posting, the newest first."""

    serializer_class = JobReviewSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> Any:
        """Return the posting's reviews."""
        return JobReview.objects.filter(job=self.job).select_related("reviewer", "submitted_by")
