"""Companies, their teams and their invitations."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import EmailUnverified
from companies import serializers, services
from companies.models import Company, Invitation, Membership
from companies.rights import Right, require, require_no_demand
from umemployed.api.errors import Forbidden, NotFound
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


class CompanyViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """Anybody reads; whoever proved their address founds; members with the right edit."""

    serializer_class = serializers.CompanySerializer
    serializer_classes = {"ownership": serializers.MemberSerializer}
    write_serializer_class = serializers.CompanyWriteSerializer
    write_serializer_classes = {
        "create": serializers.CompanyCreateSerializer,
        "ownership": serializers.OwnershipWriteSerializer,
    }
    query_serializer_class = serializers.CompanyQuery
    ordering = ("name", "pk")
    orderings = {"name": "name", "created_at": "created_at"}
    versioned = True
    errors = [EmailUnverified, services.SlugTaken, services.CompanyInUse]
    lookup_field = "slug"
    lookup_value_converter = "slug"

    def get_permissions(self) -> list[Any]:
        return [AllowAny() if self.action in {"list", "retrieve"} else IsAuthenticated()]

    def get_queryset(self) -> QuerySet[Company]:
        companies = Company.objects.for_user(self.request.user).with_my_role(self.request.user)
        return companies.of_member(self.request.user) if self.query.get("mine") else companies

    def perform_create(self, serializer: Any) -> Company:
        return services.create_company(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> Company:
        return services.edit_company(
            actor=self.actor,
            company_id=serializer.instance.pk,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )

    def perform_destroy(self, instance: Company) -> None:
        services.delete_company(
            actor=self.actor, company_id=instance.pk, expected_version=expected_version(self.request)
        )

    @action(detail=True, methods=["post"])
    def ownership(self, request: Request, slug: str) -> Response:
        """Hand the company over to another member; one stays as admin."""
        company = self.get_object()
        heir = self.read_body()["member"]
        return self.answer(services.transfer_ownership(actor=self.actor, company_id=company.pk, membership_id=heir.pk))


class TeamViewSet(ApiViewSet):
    """Base of what lies below ``companies/{slug}/`` and is for members only: others see nothing there."""

    def company(self) -> Company:
        """Return the company of the URL, if one belongs to it. Raises NotFound."""
        company = Company.objects.of_member(self.request.user).filter(slug=self.kwargs["slug"]).first()
        if company is None:
            raise NotFound
        return company


class MemberViewSet(ListMixin, RetrieveMixin, UpdateMixin, DestroyMixin, TeamViewSet):
    """The team, as its members see it."""

    serializer_class = serializers.MemberSerializer
    write_serializer_class = serializers.MemberWriteSerializer
    ordering = ("created_at", "pk")
    errors = [services.LastOwner, Forbidden]

    def get_queryset(self) -> QuerySet[Membership]:
        company = self.company()
        require_no_demand(self.actor, company.pk)
        return Membership.objects.for_user(self.actor).filter(company=company).with_person()

    def perform_update(self, serializer: Any) -> Membership:
        changes = serializer.validated_data
        if "role" not in changes:
            return serializer.instance
        return services.change_role(actor=self.actor, membership_id=serializer.instance.pk, role=changes["role"])

    def perform_destroy(self, instance: Membership) -> None:
        services.remove_member(actor=self.actor, membership_id=instance.pk)


class InvitationViewSet(ListMixin, CreateMixin, DestroyMixin, TeamViewSet):
    """Open invitations, for those who manage members."""

    serializer_class = serializers.InvitationSerializer
    write_serializer_class = serializers.InvitationWriteSerializer
    ordering = ("-created_at", "-pk")
    errors = [EmailUnverified, services.AlreadyMember, services.InvitationOver, Forbidden]

    def get_queryset(self) -> QuerySet[Invitation]:
        company = self.company()
        require(self.actor, company.pk, Right.MANAGE_MEMBERS)
        return Invitation.objects.for_user(self.actor).filter(company=company).open().with_inviter()

    def perform_create(self, serializer: Any) -> Invitation:
        company = self.company()
        return services.invite_member(actor=self.actor, company_id=company.pk, **serializer.validated_data)

    def perform_destroy(self, instance: Invitation) -> None:
        services.revoke_invitation(actor=self.actor, invitation_id=instance.pk)


class AcceptInvitationView(ApiView):
    serializer_class = serializers.JoinedSerializer
    errors = [
        EmailUnverified,
        services.InvitationForAnother,
        services.InvitationOver,
        services.AlreadyMember,
    ]

    def post(self, request: Request, token: str) -> Response:
        """Join the company with the token of the mailed link."""
        return self.answer(services.accept_invitation(actor=self.actor, token=token))
