"""Postings as the API reads them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from companies.models import Company
from jobs.geography import time_zones
from jobs.models import Category, EmploymentType, ExperienceLevel, Objection, WorkMode
from jobs.models.job import TEXT_LIMIT
from jobs.serializers.parts import (
    CountryField,
    JobSkillWriteSerializer,
    LocationWriteSerializer,
    QuestionWriteSerializer,
    SalarySerializer,
)
from resumes.models import Skill
from umemployed.api.fields import LineField, TextField

LANGUAGE = re.compile(r"[a-z]{2}")
LONGEST_RUN = timedelta(days=3650)
SKILL_TERMS = ("importance", "level", "min_years")


@extend_schema_field({"type": "string", "format": "date-time"})
class ClockField(serializers.Field):
    """A moment: with an offset it is an instant; without one, what the clocks of the posting's zone show."""

    default_error_messages = {"invalid": _("Give a moment like 2031-05-28T09:00:00, with or without an offset.")}

    def to_internal_value(self, data: Any) -> datetime:
        """Return the moment, naive where no offset was given."""
        try:
            moment = parse_datetime(data) if isinstance(data, str) and len(data) <= 40 else None
            if moment is None or not 1971 <= moment.year <= 2200:
                self.fail("invalid")
            return moment.astimezone(timezone.get_default_timezone()) if moment.tzinfo else moment
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: datetime) -> str:
        """Return the moment as it was read."""
        return value.isoformat()


class JobWriteSerializer(serializers.Serializer):
    """What one may say about a posting; what is left out stays. Lists that are given replace all of their kind.

    Every member is optional by itself, so it is never read as ``partial``: that would make the members
    of locations, skills and questions optional too.
    """

    title = LineField(max_length=200, required=False)
    description = TextField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    requirements = TextField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    benefits = TextField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    language = serializers.RegexField(LANGUAGE, min_length=2, max_length=2, required=False)
    category = serializers.SlugRelatedField(
        "slug", queryset=Category.objects.all(), required=False, allow_null=True, html_cutoff=0
    )
    employment_type = serializers.ChoiceField(EmploymentType.choices, required=False)
    experience_level = serializers.ChoiceField(ExperienceLevel.choices, required=False)
    work_mode = serializers.ChoiceField(WorkMode.choices, required=False)
    eligible_countries = serializers.ListField(child=CountryField(), required=False, max_length=250)
    openings = serializers.IntegerField(min_value=1, max_value=10_000, required=False)
    salary = SalarySerializer(source="*", required=False, allow_null=True)
    hours_per_week = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=1, max_value=80, required=False, allow_null=True
    )
    is_anonymous = serializers.BooleanField(
        required=False, help_text=_("Tell nobody outside the company whose posting it is.")
    )
    publish_at = ClockField(
        required=False,
        allow_null=True,
        help_text=_("When to publish. Without an offset it is a moment on the clocks of `timezone`."),
    )
    expires_on = serializers.DateField(
        required=False, allow_null=True, help_text=_("The last day, in `timezone`. Or give `expires_at`.")
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    timezone = LineField(max_length=64, required=False, help_text=_("IANA name."))
    reference = LineField(max_length=100, allow_blank=True, required=False)
    locations = LocationWriteSerializer(many=True, required=False, max_length=50)
    skills = JobSkillWriteSerializer(many=True, required=False, max_length=100)
    questions = QuestionWriteSerializer(many=True, required=False, max_length=50)

    def validate_eligible_countries(self, codes: list[str]) -> list[str]:
        """Each country once, in order."""
        return sorted(set(codes))

    def validate_timezone(self, name: str) -> str:
        """A zone that exists."""
        if name not in time_zones():
            raise serializers.ValidationError(_("There is no such time zone."))
        return name

    def validate_expires_on(self, day: Any) -> Any:
        """A day within ten years."""
        if day is not None and day > timezone.now().date() + LONGEST_RUN:
            raise serializers.ValidationError(_("A posting may run for ten years at most."))
        return day

    def validate_expires_at(self, moment: Any) -> Any:
        """An instant within ten years."""
        if moment is not None and moment > timezone.now() + LONGEST_RUN:
            raise serializers.ValidationError(_("A posting may run for ten years at most."))
        return moment

    def validate_skills(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Find all skills in one query; each may be given once."""
        known = {skill.slug: skill for skill in Skill.objects.filter(slug__in=[row["slug"] for row in rows])}
        missing = sorted({row["slug"] for row in rows} - set(known))
        if missing:
            raise serializers.ValidationError(_("There is no such skill: {names}.").format(names=", ".join(missing)))
        if len(known) < len(rows):
            raise serializers.ValidationError(_("Give each skill once."))
        return [{"skill": known[row["slug"]], **{name: row[name] for name in SKILL_TERMS}} for row in rows]

    def validate_questions(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each kept question once."""
        ids = [row["public_id"] for row in rows if "public_id" in row]
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError(_("Give each question once."))
        return [{**row, "options": [dict(option) for option in row["options"]]} for row in rows]


class OwnCompanyField(serializers.SlugRelatedField):
    """A company of one's own; another one's is as if it did not exist."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("slug", queryset=Company.objects.all(), html_cutoff=0, **kwargs)

    def get_queryset(self) -> Any:
        """Return the companies that one belongs to."""
        return Company.objects.of_member(self.context["request"].user)


class JobCreateSerializer(JobWriteSerializer):
    title = LineField(max_length=200)
    company = OwnCompanyField(help_text=_("The slug of a company that one belongs to."))


class VersionWriteSerializer(serializers.Serializer):
    """The version that one saw: a state change of another one is refused (409)."""

    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)


class CloseWriteSerializer(VersionWriteSerializer):
    keep_applicants = serializers.BooleanField(
        default=False, help_text=_("True where those who are still being decided about stay in the pipeline.")
    )


class PublishWriteSerializer(VersionWriteSerializer):
    allow_duplicate = serializers.BooleanField(
        default=False, help_text=_("True where the company means to post nearly the same again.")
    )


class ApproveJobWriteSerializer(PublishWriteSerializer):
    comment = TextField(max_length=2000, allow_blank=True, default="")


class RejectJobWriteSerializer(VersionWriteSerializer):
    objections = serializers.ListField(
        child=serializers.ChoiceField(Objection.choices), min_length=1, max_length=len(Objection)
    )
    comment = TextField(max_length=2000, allow_blank=True, default="", help_text=_("For the author."))
