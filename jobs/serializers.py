"""Postings as the API shows them and reads them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from companies.models import Company
from jobs.geography import COUNTRIES, time_zones
from jobs.models import (
    Category,
    EmploymentType,
    ExperienceLevel,
    Importance,
    Job,
    JobLocation,
    JobSkill,
    QuestionType,
    SalaryBasis,
    SalaryPeriod,
    ScreeningQuestion,
    WorkMode,
)
from jobs.models.job import TEXT_LIMIT
from jobs.pay import REFERENCE_CURRENCY
from jobs.questions import check_question
from jobs.verbs import actions_of
from resumes.models import Skill
from umemployed.api.actions import ActionSerializer
from umemployed.api.fields import MoneyField, StrictCharField

LANGUAGE = re.compile(r"[a-z]{2}")
LONGEST_RUN = timedelta(days=3650)


class CountryField(serializers.ChoiceField):
    """An ISO 3166-1 alpha-2 code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=sorted(COUNTRIES), **kwargs)


class CompanyRefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ["slug", "name"]


class YearlySerializer(serializers.Serializer):
    """The pay per year in the reference currency, whole units: what filters and sorting compare."""

    min = serializers.IntegerField(source="salary_yearly_min", allow_null=True)
    max = serializers.IntegerField(source="salary_yearly_max", allow_null=True)
    currency = serializers.CharField()


class SalarySerializer(serializers.Serializer):
    """Pay as stated. ``null`` where it is not: unknown is not zero. Written whole: what is left out is unknown."""

    min = MoneyField("salary_min", "salary_currency", required=False, allow_null=True)
    max = MoneyField("salary_max", "salary_currency", required=False, allow_null=True)
    period = serializers.ChoiceField(SalaryPeriod.choices, source="salary_period")
    basis = serializers.ChoiceField(SalaryBasis.choices, source="salary_basis", required=False, allow_null=True)
    yearly = YearlySerializer(read_only=True, allow_null=True)

    def to_representation(self, job: Job) -> Any:
        """Return the pay, None where none is stated."""
        if not job.salary_currency:
            return None
        yearly = {"min": job.salary_yearly_min, "max": job.salary_yearly_max, "currency": REFERENCE_CURRENCY}
        known = any(figure is not None for figure in (job.salary_yearly_min, job.salary_yearly_max))
        return {
            "min": self.fields["min"].to_representation(job),
            "max": self.fields["max"].to_representation(job),
            "period": job.salary_period,
            "basis": job.salary_basis or None,
            "yearly": yearly if known else None,
        }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return all columns of pay; None clears them."""
        columns = {"salary_min": None, "salary_max": None, "salary_currency": ""}
        columns |= {"salary_period": "", "salary_basis": ""}
        if data is None:
            return columns
        given = super().to_internal_value(data)
        ends = [end for end in (data.get("min"), data.get("max")) if end is not None]
        if not ends:
            raise serializers.ValidationError({"min": [_("Give the lowest or the highest pay, or null for salary.")]})
        if len({end["currency"] for end in ends}) > 1:
            raise serializers.ValidationError({"max": [_("Both ends of the range must be in one currency.")]})
        columns |= {name: value for name, value in given.items() if value is not None}
        return columns | {"salary_currency": ends[0]["currency"]}


class LocationSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobLocation
        fields = ["city", "region", "country", "address", "latitude", "longitude"]


class LocationWriteSerializer(serializers.Serializer):
    city = StrictCharField(max_length=120, allow_blank=True, default="")
    region = StrictCharField(max_length=120, allow_blank=True, default="")
    country = CountryField()
    address = StrictCharField(max_length=200, allow_blank=True, default="")
    latitude = serializers.FloatField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude = serializers.FloatField(min_value=-180, max_value=180, allow_null=True, default=None)

    def validate(self, place: dict[str, Any]) -> dict[str, Any]:
        """Coordinates come in pairs."""
        if (place["latitude"] is None) != (place["longitude"] is None):
            raise serializers.ValidationError({"longitude": [_("Give both coordinates or none.")]})
        return place


class JobSkillSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="skill.public_id")
    slug = serializers.CharField(source="skill.slug")
    name = serializers.CharField(source="skill.name")

    class Meta:
        model = JobSkill
        fields = ["id", "slug", "name", "importance"]


class JobSkillWriteSerializer(serializers.Serializer):
    slug = StrictCharField(max_length=200, help_text=_("The skill's slug."))
    importance = serializers.ChoiceField(Importance.choices, default=Importance.MUST)


class OptionSerializer(serializers.Serializer):
    value = StrictCharField(max_length=100)
    label = StrictCharField(max_length=200)


class QuestionSerializer(serializers.ModelSerializer):
    """A question as the team sees it, knock-out included."""

    id = serializers.UUIDField(source="public_id")
    required = serializers.BooleanField(source="is_required")
    options = OptionSerializer(many=True)

    class Meta:
        model = ScreeningQuestion
        fields = ["id", "type", "label", "help_text", "required", "options", "bounds", "knock_out"]


class QuestionWriteSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id", required=False, help_text=_("Keeps an existing question."))
    type = serializers.ChoiceField(QuestionType.choices)
    label = StrictCharField(max_length=500)
    help_text = StrictCharField(max_length=500, allow_blank=True, default="")
    required = serializers.BooleanField(source="is_required", default=False)
    options = OptionSerializer(many=True, default=list, max_length=100)
    bounds = serializers.DictField(
        default=dict,
        help_text=_("`max_length` of texts, `min` and `max` of numbers and dates, `max_choices` of `multiple`."),
    )
    knock_out = serializers.DictField(
        allow_null=True,
        default=None,
        help_text=_(
            "The answers that are wished for: `accept`, a list of them, or `min` and `max` of numbers and dates."
        ),
    )

    def validate(self, content: dict[str, Any]) -> dict[str, Any]:
        """Options, bounds and knock-out fit the type."""
        check_question(content)
        return content


class JobCardSerializer(serializers.ModelSerializer):
    """A posting in a list. ``description``, ``requirements`` and ``benefits`` come with ``expand=text``."""

    id = serializers.UUIDField(source="public_id")
    company = CompanyRefSerializer()
    category: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("slug", read_only=True)
    salary = SalarySerializer(source="*", read_only=True, allow_null=True)
    locations = LocationSerializer(many=True)
    skills = JobSkillSerializer(many=True)
    description = serializers.CharField(required=False)
    requirements = serializers.CharField(required=False)
    benefits = serializers.CharField(required=False)

    class Meta:
        model = Job
        fields = [
            "id",
            "title",
            "company",
            "description",
            "requirements",
            "benefits",
            "language",
            "category",
            "employment_type",
            "experience_level",
            "work_mode",
            "eligible_countries",
            "openings",
            "salary",
            "hours_per_week",
            "locations",
            "skills",
            "published_at",
            "expires_at",
            "timezone",
        ]


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class FacetSerializer(serializers.Serializer):
    exact = serializers.BooleanField(help_text=_("False where the counts are estimated."))
    values = FacetValueSerializer(many=True)


class JobPageSerializer(serializers.Serializer):
    """A page of the public search."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = serializers.IntegerField(required=False)
    results = JobCardSerializer(many=True)
    facets = serializers.DictField(child=FacetSerializer(), required=False)


class JobSerializer(JobCardSerializer):
    """A posting whole. ``actions`` and ``questions`` (with their knock-outs) are the posting team's only."""

    questions = QuestionSerializer(many=True, allow_null=True)
    actions = serializers.SerializerMethodField()

    class Meta(JobCardSerializer.Meta):
        fields = [
            *JobCardSerializer.Meta.fields,
            "status",
            "version",
            "expires_on",
            "closed_at",
            "reference",
            "source_posted_on",
            "questions",
            "actions",
            "created_at",
            "updated_at",
        ]

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, job: Job) -> list[dict[str, Any]]:
        """What this person may do with the posting now."""
        actions = actions_of(job) if getattr(job, "is_postable", False) else []
        return ActionSerializer(actions, many=True).data  # type: ignore[return-value]

    def to_representation(self, job: Job) -> dict[str, Any]:
        """Show the form's inner side to the team only."""
        shown = super().to_representation(job)
        if not getattr(job, "is_postable", False):
            shown["questions"] = None
        return shown


class JobWriteSerializer(serializers.Serializer):
    """What one may say about a posting; what is left out stays. Lists that are given replace all of their kind.

    Every member is optional by itself, so it is never read as ``partial``: that would make the members
    of locations, skills and questions optional too.
    """

    title = StrictCharField(max_length=200, required=False)
    description = StrictCharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    requirements = StrictCharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
    benefits = StrictCharField(max_length=TEXT_LIMIT, allow_blank=True, required=False)
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
    expires_on = serializers.DateField(
        required=False, allow_null=True, help_text=_("The last day, in `timezone`. Or give `expires_at`.")
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    timezone = StrictCharField(max_length=64, required=False, help_text=_("IANA name."))
    reference = StrictCharField(max_length=100, allow_blank=True, required=False)
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
        return [{"skill": known[row["slug"]], "importance": row["importance"]} for row in rows]

    def validate_questions(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each kept question once."""
        ids = [row["public_id"] for row in rows if "public_id" in row]
        if len(set(ids)) < len(ids):
            raise serializers.ValidationError(_("Give each question once."))
        return [{**row, "options": [dict(option) for option in row["options"]]} for row in rows]


class JobCreateSerializer(JobWriteSerializer):
    title = StrictCharField(max_length=200)
    company = serializers.SlugRelatedField("slug", queryset=Company.objects.all(), help_text=_("The company's slug."))


class VersionWriteSerializer(serializers.Serializer):
    """The version that one saw: a state change of another one is refused (409)."""

    version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)


class FormQuestionSerializer(serializers.Serializer):
    """One question with the rules of its answer; members that a type does not use are left out."""

    id = serializers.UUIDField()
    type = serializers.ChoiceField(QuestionType.choices)
    label = serializers.CharField()
    help_text = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField()
    max_length = serializers.IntegerField(required=False)
    min = serializers.JSONField(required=False, help_text=_("A number or a date."))
    max = serializers.JSONField(required=False, help_text=_("A number or a date."))
    options = OptionSerializer(many=True, required=False)
    max_choices = serializers.IntegerField(required=False)


class FormSerializer(serializers.Serializer):
    job = serializers.UUIDField()
    version = serializers.IntegerField()
    questions = FormQuestionSerializer(many=True)


class SuggestionSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(["skill", "title", "company"])
    text = serializers.CharField()
    value = serializers.CharField(help_text=_("What to search by: a slug, or the title itself."))


class SuggestionsSerializer(serializers.Serializer):
    results = SuggestionSerializer(many=True)
