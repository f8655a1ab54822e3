"""What the public search reads from the query string, and the typed query that it becomes."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.geography import COUNTRIES
from jobs.insight.visitors import SOURCES
from jobs.models import EmploymentType, ExperienceLevel, SalaryPeriod, Status, WorkMode
from jobs.search.query import FACETS, Circle, Pay, SearchQuery
from jobs.search.terms.models import OFFERED
from jobs.serializers import CountryField
from umemployed.api.money import CURRENCIES
from umemployed.api.queries import ChoiceListField, CommaListField, ExpandField, QuerySerializer

MAX_RADIUS_KM = 1_000
EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
LATEST = datetime(2037, 1, 1, tzinfo=UTC)


@extend_schema_field({"type": "string", "examples": ["48.8566,2.3522"]})
class PointField(serializers.CharField):
    """``near=48.8566,2.3522``: latitude and longitude in degrees."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the pair."""
        words = super().to_internal_value(data).split(",")
        try:
            latitude, longitude = (float(word) for word in words)
        except ValueError:
            raise serializers.ValidationError(_("Give latitude,longitude in degrees.")) from None
        if not (math.isfinite(latitude) and math.isfinite(longitude)) or abs(latitude) > 90 or abs(longitude) > 180:
            raise serializers.ValidationError(_("There is no such place on earth."))
        return latitude, longitude


class SearchParameters(QuerySerializer):
    """Filters join by *and*, the values of one filter by *or*; each of several ``skills`` is wanted."""

    q = serializers.CharField(
        max_length=300, allow_blank=True, help_text=_('Words, "quoted phrases", and -exclusions.')
    )
    skills = CommaListField(
        child=serializers.CharField(max_length=200), help_text=_("Slugs or names of skills, all of them wanted.")
    )
    location = serializers.CharField(
        max_length=200, allow_blank=True, help_text=_("City, region or country, or several parts: `Lyon, FR`.")
    )
    near = PointField(max_length=60, help_text=_("Latitude,longitude; with `radius_km`."))
    radius_km = serializers.FloatField(min_value=0.1, max_value=MAX_RADIUS_KM)
    work_mode = ChoiceListField(WorkMode.choices)
    employment_type = ChoiceListField(EmploymentType.choices)
    experience_level = ChoiceListField(ExperienceLevel.choices)
    category = CommaListField(
        child=serializers.SlugField(max_length=50), help_text=_("Slugs of the dictionary `job_category`.")
    )
    country = ChoiceListField(sorted(COUNTRIES), help_text=_("Where the work is; ISO 3166-1 alpha-2."))
    eligible_in = CountryField(help_text=_("Where one lives: postings that may hire there."))
    salary_min = serializers.DecimalField(
        max_digits=14,
        decimal_places=2,
        min_value=0,
        help_text=_("Least pay; needs `currency` and `period`. Leaves out postings that do not state their pay."),
    )
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    period = serializers.ChoiceField(SalaryPeriod.choices)
    company = CommaListField(child=serializers.SlugField(max_length=80), help_text=_("Slugs."))
    posted_after = serializers.DateTimeField()
    language = CommaListField(child=serializers.RegexField(r"^[a-z]{2}\Z"), help_text=_("Of the posting; ISO 639-1."))
    ordering = serializers.ChoiceField(
        ["relevance", "-published_at", "-salary"],
        help_text=_("Default: `relevance` with words in `q`, else `-published_at`."),
    )
    facets = ChoiceListField(FACETS, help_text=_("Dimensions to count."))
    expand = ExpandField(["text"], help_text=_("`text` adds description, requirements and benefits."))
    exact = serializers.BooleanField(
        default=False,
        help_text=_(
            "Search the words as typed. Else, where nothing is found, words that no posting has are put right."
        ),
    )
    highlight = serializers.BooleanField(
        default=False, help_text=_("Also tell where in title and text the words of `q` were found.")
    )
    cursor = serializers.CharField(max_length=2000, help_text=_("Take it from `next` or `previous`."))
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=20)
    count = serializers.BooleanField(default=False, help_text=_("Also count all that is found."))

    def validate_posted_after(self, moment: datetime) -> datetime:
        """A moment that the index can hold."""
        return min(max(moment, EARLIEST), LATEST)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """What belongs together comes together."""
        if ("near" in given) != ("radius_km" in given):
            name = "radius_km" if "near" in given else "near"
            raise serializers.ValidationError({name: [_("`near` and `radius_km` belong together.")]}, code="required")
        pay = {"salary_min", "currency", "period"}
        if pay & set(given) and not pay <= set(given):
            raise serializers.ValidationError(
                {name: [_("`salary_min`, `currency` and `period` belong together.")] for name in pay - set(given)},
                code="required",
            )
        return given


def circle_of(given: dict[str, Any]) -> Circle | None:
    """Return the circle around ``near``, None where no point is given."""
    if "near" not in given:
        return None
    latitude, longitude = given["near"]
    return Circle(latitude, longitude, given["radius_km"])


def query_of(given: dict[str, Any], hidden: tuple[int, ...] = ()) -> SearchQuery:
    """Return the typed query of validated parameters; ``hidden`` are left out of what it finds."""
    lists = ("skills", "company", "category", "work_mode", "employment_type", "experience_level", "country", "language")
    text = given.get("q", "")
    return SearchQuery(
        text=text,
        **{name: tuple(given.get(name, ())) for name in lists},
        eligible_in=given.get("eligible_in", ""),
        location=given.get("location", ""),
        circle=circle_of(given),
        pay=Pay(given["salary_min"], given["currency"], given["period"]) if "salary_min" in given else None,
        posted_after=given.get("posted_after"),
        hidden=hidden,
        ordering=given.get("ordering") or ("relevance" if text.strip() else "-published_at"),
    )


class MineParameters(QuerySerializer):
    """The team's own list."""

    status = ChoiceListField(Status.choices)
    company = CommaListField(child=serializers.SlugField(max_length=80), help_text=_("Slugs."))


class SuggestParameters(QuerySerializer):
    """What one has typed so far."""

    q = serializers.CharField(min_length=1, max_length=60, required=True)
    kinds = ChoiceListField(OFFERED, help_text=_("Only terms of these kinds."))
    page_size = serializers.IntegerField(min_value=1, max_value=20, default=10)


class RetrieveParameters(QuerySerializer):
    """Where the reader comes from, for the company's numbers; nothing about the reader is kept."""

    source = serializers.CharField(  # type: ignore[assignment]  # DRF reads the attribute as the field
        max_length=60,
        allow_blank=True,
        help_text=_("One of: ") + ", ".join(SOURCES) + "; " + _("others count as other."),
    )
