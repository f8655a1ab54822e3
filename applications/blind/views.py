"""The REST door of blind reviews: ``jobs/{id}/blind-review/``."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from applications.blind import serializers, services
from applications.blind.models import BlindReview
from applications.doors import OfJob
from umemployed.api.errors import Forbidden


class BlindReviewView(OfJob):
    serializer_class = serializers.BlindReviewSerializer
    write_serializer_classes = {"put": serializers.BlindReviewWriteSerializer}
    errors = [Forbidden]

    def get(self, request: Request, **kwargs: object) -> Response:
        """Say whether the job's applications are read blind."""
        return self.answer(BlindReview.objects.filter(job=self.job).first() or BlindReview(job=self.job))

    def put(self, request: Request, **kwargs: object) -> Response:
        """Begin or end it, for those who post jobs."""
        return self.answer(services.switch_blind_review(actor=self.actor, job_id=self.job.pk, **self.read_body()))
