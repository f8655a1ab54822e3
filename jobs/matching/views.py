"""The doors of matching."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.matching import services
from jobs.matching.serializers import (
    FoundPeopleSerializer,
    MatchSerializer,
    RecommendedJobSerializer,
    SimilarJobsSerializer,
)
from jobs.models import Job, SalaryPeriod
from jobs.pay import LARGEST, latest_rates, yearly
from jobs.views.reading import JobGone, PublicJobMixin, has_ended, publish_if_due
from umemployed.api.errors import NotFound
from umemployed.api.money import CURRENCIES
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class MatchParameters(QuerySerializer):
    """Which résumé, and the pay that one wishes for, which no résumé tells."""

    resume = serializers.UUIDField(help_text=_("One of your own; by default your first."))
    salary_min = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, help_text=_("Wished for; needs `currency` and `period`.")
    )
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    period = serializers.ChoiceField(SalaryPeriod.choices)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """What belongs together comes together."""
        pay = {"salary_min", "currency", "period"}
        if pay & set(given) and not pay <= set(given):
            raise serializers.ValidationError(
                {name: [_("`salary_min`, `currency` and `period` belong together.")] for name in pay - set(given)},
                code="required",
            )
        return given


def wish_of(given: dict[str, Any]) -> int | None:
    """Return the wish per year in the reference currency; None where there is none or its rate is unknown."""
    if "salary_min" not in given:
        return None
    wish = yearly(given["salary_min"], given["currency"], given["period"], None, latest_rates())
    return None if wish is None else min(wish, LARGEST)


class MatchView(ApiView):
    """One posting and one's own résumé."""

    serializer_class = MatchSerializer
    query_serializer_class = MatchParameters
    errors = [services.NoResume, JobGone]

    def get(self, request: Request, public_id: str) -> Response:
        """Explain how well the posting and the résumé go together, and what would raise it."""
        publish_if_due(public_id)
        job = Job.objects.for_user(self.actor).filter(public_id=public_id).with_parts().first()
        if job is None:
            raise JobGone if has_ended(public_id) else NotFound
        resume = services.resume_of(self.actor, self.query.get("resume"))
        return self.answer(services.verdict_of(job, resume, wish_of(self.query)))


class RecommendedViewSet(ListMixin, ApiViewSet):
    """Postings for one's résumé, the best match first."""

    serializer_class = RecommendedJobSerializer
    query_serializer_class = MatchParameters
    ordering = ("-score", "-pk")
    errors = [services.NoResume]

    def get_queryset(self) -> QuerySet:
        """Return what is recommended, with its score; at most 200, scored anew for each page."""
        resume = services.resume_of(self.actor, self.query.get("resume"))
        self.verdicts = services.recommended_to(self.actor, resume, wish_of(self.query))
        scores = [When(pk=pk, then=Value(one.match.total or 0)) for pk, one in self.verdicts.items()]
        rows = Job.objects.published().filter(pk__in=self.verdicts)
        rows = rows.annotate(score=Case(*scores, default=Value(0), output_field=IntegerField()))
        return rows.with_parts().with_rights_of(self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        """Hand the verdicts on to the cards."""
        return {**super().get_serializer_context(), "verdicts": getattr(self, "verdicts", {})}


class SimilarView(PublicJobMixin, ApiView):
    """Postings like another one."""

    permission_classes = [AllowAny]
    serializer_class = SimilarJobsSerializer

    def get(self, request: Request, public_id: str) -> Response:
        """Return at most 20 open postings that ask for the same skills, then the newest of the same field."""
        job = self.published_job(Job.objects.published().prefetch_related("skills"))
        found = services.similar_to(job)
        rows = Job.objects.published().filter(pk__in=found).with_parts().with_rights_of(request.user)
        return self.answer({"results": sorted(rows, key=lambda row: found.index(row.pk))})


class CandidatesView(ApiView):
    """People who let themselves be found, for a posting of one's company."""

    serializer_class = FoundPeopleSerializer
    errors = [services.JobNotLive]

    def get(self, request: Request, public_id: str) -> Response:
        """Return the 50 best matches without saying who they are; that one looked is recorded."""
        job_id = Job.objects.of_my_companies(self.actor).filter(public_id=public_id).values_list("pk", flat=True)
        found = job_id.first()
        if found is None:
            raise NotFound
        return self.answer({"results": services.candidates_for(actor=self.actor, job_id=found)})
