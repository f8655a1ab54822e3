"""The REST door of assessments."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.response import Response

from applications.assessments import serializers, services
from applications.assessments.models import Assessment, Attempt, BankQuestion, RetakeGrant
from applications.assessments.querysets import ranked
from applications.doors import OfApplication, OfJob
from applications.law import side_of
from applications.models.core import Application
from applications.vocabulary import Side
from companies.models import Company
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.preconditions import expected_version
from umemployed.api.views import (
    ApiView,
    ApiViewSet,
    CreateMixin,
    ListMixin,
    RetrieveMixin,
    UpdateMixin,
)


class BankQuestionViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, ApiViewSet):
    """The company's bank, for those who post its jobs."""

    serializer_class = serializers.BankQuestionSerializer
    write_serializer_class = serializers.BankQuestionWriteSerializer
    query_serializer_class = serializers.BankQuery
    ordering = ("-created_at", "-pk")
    versioned = True
    errors = [Forbidden]
    lookup_url_kwarg = "question_id"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.company  # noqa: B018 - its refusal comes before any other

    @cached_property
    def company(self) -> Company:
        """Return the company of the URL. Raises NotFound and Forbidden."""
        return services.company_of(self.actor, self.kwargs["slug"])

    def get_queryset(self) -> QuerySet[BankQuestion]:
        rows = BankQuestion.objects.for_user(self.actor).filter(company=self.company).select_related("skill")
        query = self.query if self.operation == "list" else {}
        if query.get("skill"):
            rows = rows.filter(skill__slug=query["skill"])
        if query.get("kind"):
            rows = rows.filter(kind__in=query["kind"])
        if "active" in query:
            rows = rows.filter(is_active=query["active"])
        return rows

    def perform_create(self, serializer: Any) -> BankQuestion:
        """Add a question."""
        return services.add_question(actor=self.actor, company_id=self.company.pk, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> BankQuestion:
        return services.edit_question(
            actor=self.actor,
            question_id=serializer.instance.pk,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )


class JobAssessmentView(OfJob):
    """The assessment of one job, for its team."""

    serializer_class = serializers.AssessmentSerializer
    write_serializer_class = serializers.AssessmentWriteSerializer
    success_status = {"post": 201}
    versioned = True
    errors = [services.AssessmentExists, Forbidden]

    def body_serializer_class(self) -> Any:
        """Reading takes no body."""
        return None if self.operation == "get" else super().body_serializer_class()

    def as_it_is(self) -> Response:
        """Answer the assessment as it is now. Raises NotFound where there is none."""
        assessment = Assessment.objects.filter(job=self.job).prefetch_related("pools__skill").first()
        if assessment is None:
            raise NotFound
        return self.answer(assessment)

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Show it."""
        return self.as_it_is()

    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Attach one."""
        services.create_assessment(actor=self.actor, job_id=self.job.pk, **self.read_body())
        return self.as_it_is()

    def patch(self, request: Request, public_id: uuid.UUID) -> Response:
        """Change it, for attempts that begin from now on."""
        changes = dict(self.body(partial=True).validated_data)
        version = expected_version(request)
        services.edit_assessment(actor=self.actor, job_id=self.job.pk, expected_version=version, **changes)
        return self.as_it_is()


class RankingViewSet(ListMixin, OfJob, ApiViewSet):
    """Everybody who applied, by score; who has none comes last, and of equals who applied first comes first."""

    serializer_class = serializers.RankedSerializer
    ordering = ("-score", "pk")

    def get_queryset(self) -> QuerySet[Application]:
        applications = Application.objects.of_team(self.actor, veiled=True).filter(job=self.job).with_veil()
        return ranked(applications).select_related("candidate")


class OneApplication(ApiView):
    """Below ``applications/{public_id}/``, for both sides."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.application  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def application(self) -> Application:
        """Return the application of the URL. Raises NotFound."""
        application = (
            Application.objects.for_user(self.actor, veiled=True).filter(public_id=self.kwargs["public_id"]).first()
        )
        if application is None:
            raise NotFound
        return application

    @property
    def is_team(self) -> bool:
        """Say on which side the reader stands."""
        return side_of(self.actor.pk, self.application) is Side.TEAM


class TakingView(OneApplication):
    serializer_class = serializers.TakingSerializer

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Tell what the assessment is, and how far the candidate is with it; begins nothing."""
        assessment = Assessment.objects.filter(job=self.application.job_id).first()
        if assessment is None:
            raise NotFound
        attempts = list(self.application.attempts.select_related("assessment").order_by("-number"))
        left = 1 + RetakeGrant.objects.filter(application=self.application).count() - len(attempts)
        runs = any(attempt.is_open() for attempt in attempts)
        may_begin = assessment.is_active and self.application.is_active_as_told() and left > 0
        return self.answer(
            {
                "title": assessment.title,
                "minutes": assessment.minutes,
                "question_count": assessment.pools.aggregate(total=Sum("count"))["total"] or 0,
                "can_start": runs or may_begin,
                "attempts_left": left,
                "attempts": [without_questions(attempt) for attempt in attempts],
            }
        )


def without_questions(attempt: Attempt) -> Attempt:
    """Return the attempt as the list shows it; costs no query for its questions."""
    attempt._prefetched_objects_cache = {"questions": Attempt.objects.none()}  # type: ignore[attr-defined]
    return attempt


class StartView(OneApplication):
    serializer_class = serializers.AttemptSerializer
    success_status = {"post": 201}
    errors = [services.AssessmentNotOpen, services.NoAttemptLeft, Forbidden]

    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Begin, or go on with the attempt that runs."""
        attempt = services.start_attempt(actor=self.actor, application_id=self.application.pk)
        return self.answer(Attempt.objects.with_questions().get(pk=attempt.pk))


class RetakeView(OfApplication):
    serializer_class = serializers.RetakeSerializer
    write_serializer_class = serializers.RetakeWriteSerializer
    success_status = {"post": 201}
    errors = [services.AssessmentNotOpen, Forbidden]

    def post(self, request: Request, public_id: uuid.UUID) -> Response:
        """Let the candidate try once more."""
        application_id = self.application.pk
        return self.answer(services.grant_retake(actor=self.actor, application_id=application_id, **self.read_body()))


class AttemptViewSet(RetrieveMixin, ApiViewSet):
    """One attempt: its candidate answers and submits it, the team reads how it went."""

    serializer_class = serializers.AttemptSerializer
    write_serializer_classes = {"save_answer": serializers.AnswerWriteSerializer}
    errors = [services.AttemptOver, Forbidden]

    def get_queryset(self) -> QuerySet[Attempt]:
        return Attempt.objects.for_user(self.actor).with_questions()

    @cached_property
    def row(self) -> Attempt:
        """Return the attempt of the URL. Raises NotFound."""
        return self.get_object()

    @property
    def is_team(self) -> bool:
        """Say on which side the reader stands."""
        return self.row.application.candidate_id != self.actor.pk

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show it."""
        return self.answer(self.row)

    def save_answer(self, request: Request, public_id: uuid.UUID, question_id: uuid.UUID) -> Response:
        """Keep my one answer to a question, over any earlier one."""
        attempt_id = self.row.pk
        body = self.read_body()
        saved = services.save_answer(actor=self.actor, attempt_id=attempt_id, question_id=question_id, **body)
        return self.answer(self.reload(saved))

    def submit(self, request: Request, public_id: uuid.UUID) -> Response:
        """Hand it in; again changes nothing."""
        return self.answer(self.reload(services.submit_attempt(actor=self.actor, attempt_id=self.row.pk)))
