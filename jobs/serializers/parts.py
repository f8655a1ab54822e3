"""What a posting is made of: pay, places, skills, questions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jobs.geography import COUNTRIES
from jobs.models import (
    Importance,
    Job,
    JobLocation,
    JobSkill,
    QuestionType,
    SalaryBasis,
    SalaryPeriod,
    ScreeningQuestion,
)
from jobs.models.parts import MOST_YEARS
from jobs.pay import REFERENCE_CURRENCY
from jobs.questions import check_question
from resumes.models import SkillLevel
from umemployed.api.fields import LineField, MoneyField, TextField


class CountryField(serializers.ChoiceField):
    """An ISO 3166-1 alpha-2 code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=sorted(COUNTRIES), **kwargs)


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


class DegreesField(serializers.FloatField):
    """A coordinate. True is a number to Python, and none to us."""

    def to_internal_value(self, data: Any) -> float:
        """Return the degrees."""
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class LocationWriteSerializer(serializers.Serializer):
    city = LineField(max_length=120, allow_blank=True, default="")
    region = LineField(max_length=120, allow_blank=True, default="")
    country = CountryField()
    address = LineField(max_length=200, allow_blank=True, default="")
    latitude = DegreesField(min_value=-90, max_value=90, allow_null=True, default=None)
    longitude = DegreesField(min_value=-180, max_value=180, allow_null=True, default=None)

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
        fields = ["id", "slug", "name", "importance", "level", "min_years"]


class JobSkillWriteSerializer(serializers.Serializer):
    slug = LineField(max_length=200, help_text=_("The skill's slug."))
    importance = serializers.ChoiceField(Importance.choices, default=Importance.MUST)
    level = serializers.ChoiceField(
        SkillLevel.choices, allow_blank=True, default="", help_text=_("Wished for; empty where any will do.")
    )
    min_years = serializers.IntegerField(
        min_value=1, max_value=MOST_YEARS, allow_null=True, default=None, help_text=_("Wished for, at least.")
    )


class OptionSerializer(serializers.Serializer):
    value = LineField(max_length=100)
    label = LineField(max_length=200)


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
    label = LineField(max_length=500)
    help_text = TextField(max_length=500, allow_blank=True, default="")
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
