"""Postings as the API shows them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from companies.models import Company
from jobs.anonymity import conceal
from jobs.models import Job
from jobs.serializers.parts import JobSkillSerializer, LocationSerializer, QuestionSerializer, SalarySerializer
from jobs.verbs import actions_of
from umemployed.api.actions import ActionSerializer


class CompanyRefSerializer(serializers.ModelSerializer):
    class Meta:
        model = Company
        fields = ["slug", "name"]


class HighlightPieceSerializer(serializers.Serializer):
    text = serializers.CharField(help_text=_("Plain text; show it as text, it is no markup."))
    is_match = serializers.BooleanField()


class HighlightSerializer(serializers.Serializer):
    """What the words of a search found in a posting, as pieces that join to the text."""

    title = HighlightPieceSerializer(many=True)
    text = HighlightPieceSerializer(many=True, help_text=_("At most two fragments of the text around what was found."))


class JobCardSerializer(serializers.ModelSerializer):
    """A posting in a list. ``description``, ``requirements`` and ``benefits`` come with ``expand=text``."""

    id = serializers.UUIDField(source="public_id")
    company = CompanyRefSerializer(
        allow_null=True, help_text=_("Null to everybody outside the company where the employer stays anonymous.")
    )
    category: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
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
            "is_anonymous",
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

    def to_representation(self, job: Job) -> dict[str, Any]:
        """Conceal an anonymous employer from everybody but its own team."""
        shown = super().to_representation(job)
        return conceal(shown) if job.is_anonymous and not getattr(job, "is_ours", False) else shown


class FacetValueSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class FacetSerializer(serializers.Serializer):
    exact = serializers.BooleanField(help_text=_("False where the counts are estimated."))
    values = FacetValueSerializer(many=True)


class FoundJobSerializer(JobCardSerializer):
    """A posting in the search's list; ``highlight`` comes with ``highlight=true``."""

    highlight = HighlightSerializer(
        required=False, allow_null=True, help_text=_("Null where the search has no words to find.")
    )

    class Meta(JobCardSerializer.Meta):
        fields = [*JobCardSerializer.Meta.fields, "highlight"]


class CorrectedWordSerializer(serializers.Serializer):
    typed = serializers.CharField()
    searched = serializers.CharField()
    others = serializers.ListField(
        child=serializers.CharField(), help_text=_("What else may be meant, the likeliest first.")
    )


class CorrectionSerializer(serializers.Serializer):
    """What was searched instead of what was asked; `exact=true`, or quotes around a word, insist on it."""

    q = serializers.CharField()
    words = CorrectedWordSerializer(many=True)


class JobPageSerializer(serializers.Serializer):
    """A page of the public search. ``corrected`` is there where words that no posting has were put right."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    corrected = CorrectionSerializer(required=False)
    count = serializers.IntegerField(required=False)
    results = FoundJobSerializer(many=True)
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
            "publish_at",
            "hold_reason",
            "taken_down_at",
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
        """Show the form's inner side, and what stood against the publication, to the team only."""
        shown = super().to_representation(job)
        if not getattr(job, "is_postable", False):
            shown |= {"questions": None, "publish_at": None, "hold_reason": "", "taken_down_at": None}
        return shown
