"""The REST door of referral links."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfApplication
from applications.referrals import serializers, services
from applications.referrals.models import Referral, ReferralLink
from jobs.models import Job
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView, ApiViewSet, CreateMixin, ListMixin


class ReferralLinkViewSet(ListMixin, CreateMixin, ApiViewSet):
    """Links to a job: one's own, and for its team everybody's, with what came of them."""

    serializer_class = serializers.ReferralLinkSerializer
    ordering = ("-pk",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        job = Job.objects.of_my_companies(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if job is None:
            raise NotFound
        self.job = job

    def get_queryset(self) -> QuerySet[ReferralLink]:
        return ReferralLink.objects.for_user(self.actor).filter(job=self.job).with_counts()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make my link to the job; there is one."""
        return self.answer(self.reload(services.make_link(actor=self.actor, job_id=self.job.pk)))


class VisitView(ApiView):
    permission_classes = [AllowAny]
    serializer_class = serializers.ReferredJobSerializer

    def post(self, request: Request, code: str) -> Response:
        """Say where a link leads, and count the visit."""
        visitor = self.actor if request.user.is_authenticated else None
        return self.answer(services.visit_link(visitor=visitor, code=code))


class SourceView(OfApplication):
    serializer_class = serializers.ApplicationSourceSerializer

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Say where the application came from."""
        found = Referral.objects.select_related("first__membership__user", "last__membership__user")
        referral = found.filter(application=self.application).first()
        first, last = (referral.first, referral.last) if referral else (None, None)
        return self.answer({"source": self.application.source, "first": first, "last": last})
