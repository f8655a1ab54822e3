"""The rows of sections: one serializer to read and one to write each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from resumes.models import (
    Certificate,
    Education,
    Experience,
    Link,
    Project,
    ResumeLanguage,
    ResumeSkill,
)
from resumes.serializers.fields import LinkField, PartialDateField, StrictModelSerializer
from resumes.serializers.skills import SkillSerializer

NEEDED = {"required": True, "allow_blank": False}


class RowSerializer(serializers.ModelSerializer):
    """What every row shows; ``order`` is its place in the section, changed by ``PUT …/order/``."""

    id = serializers.UUIDField(source="public_id", read_only=True)


class SpanWriteSerializer(StrictModelSerializer):
    """Rows that last from one date to another."""

    started_on = PartialDateField()
    ended_on = PartialDateField(help_text=_("Empty while it lasts."))
    url = LinkField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an end before the start, as far as both are precise."""
        start, end = (attrs.get(name, getattr(self.instance, name, "")) for name in ("started_on", "ended_on"))
        common = min(len(start), len(end))
        if {"started_on", "ended_on"} & attrs.keys() and end[:common] < start[:common]:
            raise serializers.ValidationError({"ended_on": _("Must not be before the start.")})
        return attrs


EXPERIENCE = [
    "company_name",
    "position",
    "location",
    "description",
    "url",
    "started_on",
    "ended_on",
    "summary",
    "highlights",
]
EDUCATION = ["institution", "area", "study_type", "url", "started_on", "ended_on", "score", "courses"]
SKILL = ["name", "level", "years", "keywords"]
LANGUAGE = ["language", "level", "fluency"]
CERTIFICATE = ["name", "issuer", "issued_on", "url"]
PROJECT = [
    "name",
    "description",
    "highlights",
    "keywords",
    "started_on",
    "ended_on",
    "url",
    "roles",
    "entity",
    "kind",
]
LINK = ["network", "username", "url"]


class ExperienceSerializer(RowSerializer):
    """A position held."""

    class Meta:
        model = Experience
        fields = ["id", "order", *EXPERIENCE]
        read_only_fields = fields


class ExperienceWriteSerializer(SpanWriteSerializer):
    class Meta:
        model = Experience
        fields = EXPERIENCE
        extra_kwargs = {"company_name": NEEDED, "position": NEEDED}


class EducationSerializer(RowSerializer):
    """A course of study."""

    class Meta:
        model = Education
        fields = ["id", "order", *EDUCATION]
        read_only_fields = fields


class EducationWriteSerializer(SpanWriteSerializer):
    class Meta:
        model = Education
        fields = EDUCATION
        extra_kwargs = {"institution": NEEDED}


class ResumeSkillSerializer(RowSerializer):
    """A claimed skill; ``skill`` is the canonical one, null where the taxonomy has none of that name."""

    skill = SkillSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ResumeSkill
        fields = ["id", "order", *SKILL, "level_label", "skill"]
        read_only_fields = fields


class ResumeSkillWriteSerializer(StrictModelSerializer):
    years = serializers.IntegerField(min_value=0, max_value=80, allow_null=True, required=False)

    class Meta:
        model = ResumeSkill
        fields = SKILL
        extra_kwargs = {"name": NEEDED}


class ResumeLanguageSerializer(RowSerializer):
    """A language spoken."""

    class Meta:
        model = ResumeLanguage
        fields = ["id", "order", *LANGUAGE]
        read_only_fields = fields


class ResumeLanguageWriteSerializer(StrictModelSerializer):
    class Meta:
        model = ResumeLanguage
        fields = LANGUAGE
        extra_kwargs = {"language": NEEDED}


class CertificateSerializer(RowSerializer):
    """A certificate received."""

    class Meta:
        model = Certificate
        fields = ["id", "order", *CERTIFICATE]
        read_only_fields = fields


class CertificateWriteSerializer(StrictModelSerializer):
    issued_on = PartialDateField()
    url = LinkField()

    class Meta:
        model = Certificate
        fields = CERTIFICATE
        extra_kwargs = {"name": NEEDED}


class ProjectSerializer(RowSerializer):
    """A project."""

    class Meta:
        model = Project
        fields = ["id", "order", *PROJECT]
        read_only_fields = fields


class ProjectWriteSerializer(SpanWriteSerializer):
    class Meta:
        model = Project
        fields = PROJECT
        extra_kwargs = {"name": NEEDED}


class LinkSerializer(RowSerializer):
    """A profile elsewhere."""

    class Meta:
        model = Link
        fields = ["id", "order", *LINK]
        read_only_fields = fields


class LinkWriteSerializer(StrictModelSerializer):
    url = LinkField(required=True, allow_blank=False)

    class Meta:
        model = Link
        fields = LINK


class OrderWriteSerializer(serializers.Serializer):
    """The new order of a section."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=100, help_text=_("Every row, once."))


# By section: how a row is read, and how it is written.
SECTION_SERIALIZERS: dict[str, tuple[type[RowSerializer], type[StrictModelSerializer]]] = {
    "experiences": (ExperienceSerializer, ExperienceWriteSerializer),
    "education": (EducationSerializer, EducationWriteSerializer),
    "skills": (ResumeSkillSerializer, ResumeSkillWriteSerializer),
    "languages": (ResumeLanguageSerializer, ResumeLanguageWriteSerializer),
    "certificates": (CertificateSerializer, CertificateWriteSerializer),
    "projects": (ProjectSerializer, ProjectWriteSerializer),
    "links": (LinkSerializer, LinkWriteSerializer),
}
