"""The shapes of companies at the REST door."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.serializers import AddressField
from companies.models import Company, Invitation, Membership, Role
from umemployed.api.fields import PlainModelSerializer, PublicIdRelatedField
from umemployed.api.queries import QuerySerializer


class CompanyQuery(QuerySerializer):
    mine = serializers.BooleanField(help_text=_("Only companies that I belong to."))


class CompanySerializer(serializers.ModelSerializer):
    """A company's public page; ``my_role`` is the reader's own role there, or null."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    my_role = serializers.ChoiceField(Role.choices, read_only=True, allow_null=True)
    demands_mfa = serializers.SerializerMethodField(help_text=_("Null for whoever is no member."))
    approves_jobs = serializers.SerializerMethodField(help_text=_("Null for whoever is no member."))

    class Meta:
        model = Company
        fields = [
            "id",
            "slug",
            "name",
            "about",
            "website",
            "country",
            "size",
            "verified_at",
            "my_role",
            "demands_mfa",
            "accepts_messages",
            "approves_jobs",
            "version",
            "created_at",
        ]

    def get_demands_mfa(self, company: Company) -> bool | None:
        """Tell members whether owners and admins need two-step sign-in."""
        return company.demands_mfa if getattr(company, "my_role", None) else None

    def get_approves_jobs(self, company: Company) -> bool | None:
        """Tell members whether postings are approved by somebody else before they are published."""
        return company.approves_jobs if getattr(company, "my_role", None) else None


class CompanyWriteSerializer(PlainModelSerializer):
    class Meta:
        model = Company
        fields = [
            *("name", "about", "website", "country", "size"),
            *("demands_mfa", "accepts_messages", "approves_jobs"),
        ]

    def validate_website(self, value: str) -> str:
        """Accept web pages only: a frontend shows this as a link."""
        if value and not value.startswith(("http://", "https://")):
            raise serializers.ValidationError(_("Must begin with http:// or https://."), code="invalid")
        return value


class CompanyCreateSerializer(CompanyWriteSerializer):
    # Uniqueness is the service's to judge: a check here would still race.
    slug = serializers.SlugField(max_length=80, required=False, help_text=_("Made from the name when left out."))

    class Meta(CompanyWriteSerializer.Meta):
        fields = ["slug", "name", "about", "website", "country", "size"]

    def validate_slug(self, value: str) -> str:
        """Keep slugs in lower case."""
        return value.lower()


class MemberSerializer(serializers.ModelSerializer):
    """A member as the team sees them."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    user_id = serializers.UUIDField(source="user.public_id", read_only=True)
    name = serializers.CharField(source="user.display_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)
    joined_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "user_id", "name", "email", "role", "joined_at"]


class MemberWriteSerializer(serializers.Serializer):
    role = serializers.ChoiceField(Role.choices)


class OwnershipWriteSerializer(serializers.Serializer):
    member_id = PublicIdRelatedField(
        queryset=lambda request: Membership.objects.for_user(request.user),
        source="member",
        help_text=_("The member who becomes owner."),
    )


class InvitationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    invited_by = serializers.CharField(source="invited_by.display_name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "invited_by", "created_at", "expires_at"]


class InvitationWriteSerializer(serializers.Serializer):
    email = AddressField()
    role = serializers.ChoiceField([choice for choice in Role.choices if choice[0] != Role.OWNER])


class JoinedSerializer(serializers.ModelSerializer):
    """What accepting an invitation made of one."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    company: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(slug_field="slug", read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "company", "role"]
