"""The REST doors of equality: the candidate's own declaration, and the company's reports. None leads across."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.response import Response

from applications.doors import OfCompany
from applications.equality import serializers, services
from applications.equality.models import EqualityReport
from applications.equality.questionnaires import questions_for
from applications.models.core import Application
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiView, ApiViewSet, ListMixin


class SelfDeclarationView(ApiView):
    """What I say about myself for the statistics of an employer; nobody else has this door."""

    serializer_class = serializers.SelfDeclarationSerializer
    write_serializer_classes = {"put": serializers.SelfDeclarationWriteSerializer}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.application  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def application(self) -> Application:
        """Return my application. Raises NotFound, to the team, too."""
        mine = Application.objects.of_candidate(self.actor).select_related("company")
        application = mine.filter(public_id=self.kwargs["public_id"]).first()
        if application is None:
            raise NotFound
        return application

    def shown(self, answers: dict[str, str]) -> Response:  # type: ignore[override]
        """Answer the questionnaire of the employer's country and what I declared."""
        return self.answer({"questions": questions_for(self.application.company.country), "answers": answers})

    def get(self, request: Request, public_id: uuid.UUID) -> Response:
        """Show what is asked and what I declared to this employer, with whichever application."""
        found = services.declaration_of(self.actor, self.application.company).first()
        return self.shown(found.told() if found else {})

    def put(self, request: Request, public_id: uuid.UUID) -> Response:
        """Declare, or declare anew."""
        body = self.read_body()
        return self.shown(services.declare(actor=self.actor, application_id=self.application.pk, **body))

    def delete(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take it back. Counts that were told already stay."""
        services.take_back(actor=self.actor, application_id=self.application.pk)
        return self.answer()


class EqualityReportViewSet(ListMixin, OfCompany, ApiViewSet):
    """Who applies to us, in counts of at least 10, by quarter. A report never changes, and no person is in two."""

    serializer_class = serializers.EqualityReportSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[EqualityReport]:
        return EqualityReport.objects.for_user(self.actor).filter(company=self.company)
