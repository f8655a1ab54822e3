"""The REST door of offers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from applications.law import side_of
from applications.models import Application
from applications.offers import serializers, services
from applications.offers.letter import letter_of
from applications.offers.models import Offer, OfferEvent, OfferPolicy
from applications.views import Roles
from applications.vocabulary import Side
from companies.models import Company
from umemployed.api.errors import Forbidden, NotFound
from umemployed.api.preconditions import StaleVersion, expected_version
from umemployed.api.views import ApiView, ApiViewSet, CreateMixin, ListMixin, RetrieveMixin, UpdateMixin
from umemployed.files.names import attachment

REFUSALS = [services.OfferWrongState, StaleVersion, Forbidden]
VERSION_ONLY = serializers.OfferVersionWriteSerializer


class ApplicationOffersViewSet(ListMixin, CreateMixin, Roles, ApiViewSet):
    """The offers on one application: its team's, or those that were sent to me."""

    serializer_class = serializers.EmploymentOfferSerializer
    write_serializer_class = serializers.OfferWriteSerializer
    ordering = ("-created_at", "-pk")
    errors = [services.OfferWrongState, services.OfferStands, Forbidden]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.application  # noqa: B018 - its 404 comes before any other refusal

    @cached_property
    def application(self) -> Application:
        """Return the application of the URL. Raises NotFound."""
        application = Application.objects.for_user(self.actor).filter(public_id=self.kwargs["public_id"]).first()
        if application is None:
            raise NotFound
        return application

    def get_queryset(self) -> QuerySet[Offer]:
        rows = Offer.objects.for_user(self.actor).filter(application=self.application)
        return rows.with_parties().with_circumstances(self.actor.pk)

    def perform_create(self, serializer: Any) -> Offer:
        """Draft an offer."""
        return services.create_offer(actor=self.actor, application_id=self.application.pk, **serializer.validated_data)


class OfferViewSet(ListMixin, RetrieveMixin, UpdateMixin, Roles, ApiViewSet):
    """Offers that were sent to me, and those of my companies; each with what I may do with it."""

    serializer_class = serializers.EmploymentOfferSerializer
    serializer_classes = {"history": serializers.OfferEventSerializer}
    write_serializer_class = serializers.OfferWriteSerializer
    query_serializer_class = serializers.OfferQuery
    ordering = ("-created_at", "-pk")
    versioned = True
    paginated_actions = ("history",)
    errors = REFUSALS

    def get_queryset(self) -> QuerySet[Offer]:
        user, query = self.actor, self.query if self.operation == "list" else {}
        rows = Offer.objects.for_user(user)
        if query.get("side"):
            rows = rows.of_candidate(user) if query["side"] == Side.CANDIDATE else rows.of_team(user)
        if query.get("status"):
            rows = rows.of_team(user).filter(status__in=query["status"])
        return rows.with_parties().with_circumstances(user.pk)

    @cached_property
    def row(self) -> Offer:
        """Return the offer of the URL. Raises NotFound."""
        return self.get_object()

    def perform_update(self, serializer: Any) -> Offer:
        """Write new terms."""
        return services.edit_offer(
            actor=self.actor,
            offer_id=serializer.instance.pk,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )

    def enacted(self, service: Callable[..., Offer]) -> Response:
        """Run a service on the offer of the URL, and show what it is now."""
        target = {"actor": self.actor, "offer_id": self.row.pk}  # a 404 comes before any 400
        return self.answer(self.reload(service(**target, **self.read_body())))

    @action(detail=True, methods=["post"], write_serializer_class=VERSION_ONLY)
    def submit(self, request: Request, public_id: uuid.UUID) -> Response:
        """Ask for the approvals that the company demands."""
        return self.enacted(services.submit_offer)

    @action(detail=True, methods=["post"], write_serializer_class=VERSION_ONLY)
    def approve(self, request: Request, public_id: uuid.UUID) -> Response:
        """Say yes to the terms."""
        return self.enacted(services.approve_offer)

    @action(detail=True, methods=["post"], url_path="send-back", write_serializer_class=serializers.NoteWriteSerializer)
    def send_back(self, request: Request, public_id: uuid.UUID) -> Response:
        """Ask for other terms instead of approving."""
        return self.enacted(services.send_offer_back)

    @action(detail=True, methods=["post"], write_serializer_class=serializers.SendWriteSerializer)
    def send(self, request: Request, public_id: uuid.UUID) -> Response:
        """Give it to the candidate."""
        return self.enacted(services.send_offer)

    @action(detail=True, methods=["post"], write_serializer_class=serializers.NoteWriteSerializer)
    def withdraw(self, request: Request, public_id: uuid.UUID) -> Response:
        """Take it back."""
        return self.enacted(services.withdraw_offer)

    @action(detail=True, methods=["post"], write_serializer_class=serializers.AcceptWriteSerializer)
    def accept(self, request: Request, public_id: uuid.UUID) -> Response:
        """Sign the terms by typing my name, and be hired."""
        return self.enacted(services.accept_offer)

    @action(detail=True, methods=["post"], write_serializer_class=serializers.DeclineWriteSerializer)
    def decline(self, request: Request, public_id: uuid.UUID) -> Response:
        """Say no."""
        return self.enacted(services.decline_offer)

    @action(detail=True, methods=["get"])
    def history(self, request: Request, public_id: uuid.UUID) -> Response:
        """Tell the team what happened, newest first, each time with the terms as they were."""
        if side_of(self.actor.pk, self.row.application) is not Side.TEAM:
            raise Forbidden
        return self.page(OfferEvent.objects.filter(offer=self.row).select_related("actor", "terms"))

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True, methods=["get"])
    def letter(self, request: Request, public_id: uuid.UUID) -> HttpResponse:
        """Download it as a PDF: the candidate as it was sent, the team as it is now."""
        is_team = side_of(self.actor.pk, self.row.application) is Side.TEAM
        response = HttpResponse(letter_of(self.row, is_team=is_team), content_type="application/pdf")
        response["Content-Disposition"] = attachment(f"offer-{self.row.public_id}.pdf")
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any Accept for the letter, which is no JSON."""
        return super().perform_content_negotiation(request, force or self.action == "letter")


class OfferPolicyView(ApiView):
    """How my company makes offers."""

    serializer_class = serializers.OfferPolicySerializer
    write_serializer_classes = {"patch": serializers.OfferPolicyWriteSerializer}
    errors = [Forbidden]

    def company(self) -> Company:
        """Return the company of the URL, if one belongs to it. Raises NotFound."""
        company = Company.objects.of_member(self.actor).filter(slug=self.kwargs["slug"]).first()
        if company is None:
            raise NotFound
        return company

    def get(self, request: Request, slug: str) -> Response:
        """Show it; the defaults where nothing was said."""
        company = self.company()
        return self.answer(OfferPolicy.objects.filter(company=company).first() or OfferPolicy(company=company))

    def patch(self, request: Request, slug: str) -> Response:
        """Change it, for offers from now on."""
        company = self.company()
        changes = dict(self.body(partial=True).validated_data)
        return self.answer(services.set_offer_policy(actor=self.actor, company_id=company.pk, **changes))
