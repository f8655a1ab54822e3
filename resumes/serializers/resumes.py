"""Whole résumés."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from resumes.actions import actions_of
from resumes.models import Resume
from resumes.serializers.fields import LinkField, StrictModelSerializer
from resumes.serializers.sections import (
    CertificateSerializer,
    EducationSerializer,
    ExperienceSerializer,
    LinkSerializer,
    ProjectSerializer,
    ResumeLanguageSerializer,
    ResumeSkillSerializer,
)
from umemployed.api.actions import ActionSerializer
from umemployed.api.fields import LineField

CONTENT = [
    "title",
    "language",
    "full_name",
    "headline",
    "summary",
    "email",
    "phone",
    "website",
    "image_url",
    "address",
    "postal_code",
    "city",
    "region",
    "country_code",
]


class ResumeSummarySerializer(serializers.ModelSerializer):
    """A résumé in a list, without its sections."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    missing = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text=_("What publishing still needs.")
    )
    actions = serializers.SerializerMethodField()

    class Meta:
        model = Resume
        fields = [
            "id",
            "title",
            "language",
            "status",
            "is_primary",
            "version",
            "completeness",
            "missing",
            "headline",
            "published_at",
            "created_at",
            "updated_at",
            "actions",
        ]
        read_only_fields = fields

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, resume: Resume) -> list[dict[str, Any]]:
        """Return what one may do with it now."""
        return ActionSerializer(actions_of(resume), many=True).data  # type: ignore[return-value]


class ResumeSerializer(ResumeSummarySerializer):
    """A whole résumé."""

    experiences = ExperienceSerializer(many=True, read_only=True)
    education = EducationSerializer(many=True, read_only=True)
    skills = ResumeSkillSerializer(many=True, read_only=True)
    languages = ResumeLanguageSerializer(many=True, read_only=True)
    certificates = CertificateSerializer(many=True, read_only=True)
    projects = ProjectSerializer(many=True, read_only=True)
    links = LinkSerializer(many=True, read_only=True)

    class Meta(ResumeSummarySerializer.Meta):
        fields = [
            *ResumeSummarySerializer.Meta.fields,
            *(name for name in CONTENT if name not in ResumeSummarySerializer.Meta.fields),
            "experiences",
            "education",
            "skills",
            "languages",
            "certificates",
            "projects",
            "links",
        ]
        read_only_fields = fields


class ResumeWriteSerializer(StrictModelSerializer):
    """What the owner may set; sections have routes of their own."""

    language = serializers.RegexField(r"^[a-z]{2,3}(-[A-Z]{2})?\Z", required=False, help_text=_("e.g. fr or fr-CM"))
    email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    website = LinkField()
    image_url = LinkField()
    country_code = serializers.RegexField(
        r"^[A-Z]{2}\Z", required=False, allow_blank=True, help_text=_("ISO 3166-1 alpha-2.")
    )

    class Meta:
        model = Resume
        fields = CONTENT


class DuplicateWriteSerializer(serializers.Serializer):
    """What the copy is called."""

    title = LineField(required=False, max_length=120)
