"""The shapes of a match. Points are decimals of one place, written as strings, so that sums are exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.matching.services import Verdict
from jobs.matching.vocabulary import Barrier, Component, Step, Unknown
from jobs.matching.wording import barrier_text, component_text, raise_text
from jobs.models import Job
from jobs.pay import REFERENCE_CURRENCY
from jobs.serializers import JobCardSerializer


class PointsField(serializers.DecimalField):
    """Points of the hundred, with one decimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=4, decimal_places=1, **options)


def points(tenths: int | None) -> str | None:
    """Write tenths of a point out."""
    return None if tenths is None else str((Decimal(tenths) / 10).quantize(Decimal("0.1")))


class ComponentSerializer(serializers.Serializer):
    """One part of the score. The parts' points are the score."""

    component = serializers.ChoiceField(Component.choices)
    label = serializers.CharField()
    points = PointsField(allow_null=True, help_text=_("Null where it is not judged."))
    most = PointsField(allow_null=True, help_text=_("What it can bring; these add up to 100."))
    unknown = serializers.ChoiceField(Unknown.choices, allow_null=True, help_text=_("Why it is not judged."))
    text = serializers.CharField(help_text=_("The same in a sentence."))
    evidence = serializers.ListField(child=serializers.DictField(), help_text=_("What it rests on, by component."))


class BarrierSerializer(serializers.Serializer):
    """What speaks against the match. It takes away no points and rejects nobody."""

    code = serializers.ChoiceField(Barrier.choices)
    detail = serializers.CharField()
    text = serializers.CharField()


class RaiseSerializer(serializers.Serializer):
    """A step that would raise the score by ``gain``, alone and all else equal."""

    step = serializers.ChoiceField(Step.choices)
    subject = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    gain = PointsField()
    text = serializers.CharField()


class ScoreSerializer(serializers.Serializer):
    """A match explained."""

    score = PointsField(allow_null=True, help_text=_("0 to 100; null where nothing is judged."))
    currency = serializers.CharField(help_text=_("Of all pay in the evidence, which is per year."))
    components = ComponentSerializer(many=True)
    barriers = BarrierSerializer(many=True)

    def to_representation(self, verdict: Verdict) -> dict[str, Any]:
        """Say the numbers and the sentences."""
        match = verdict.match
        return {
            "score": points(match.total),
            "currency": REFERENCE_CURRENCY,
            "components": [
                {
                    "component": one.judged.component.value,
                    "label": str(one.judged.component.label),
                    "points": points(one.points),
                    "most": points(one.most),
                    "unknown": one.judged.unknown.value if one.judged.unknown else None,
                    "text": component_text(one.judged),
                    "evidence": one.judged.evidence,
                }
                for one in match.components
            ],
            "barriers": [
                {"code": one["code"].value, "detail": one["detail"], "text": barrier_text(one)}
                for one in match.barriers
            ],
        }


class MatchSerializer(ScoreSerializer):
    """A match explained, with what would raise it."""

    raises = RaiseSerializer(many=True)

    def to_representation(self, verdict: Verdict) -> dict[str, Any]:
        """Add the steps that gain most."""
        steps = [
            {
                "step": one.step.value,
                "subject": one.subject,
                "value": one.value,
                "gain": points(one.gain),
                "text": raise_text(one),
            }
            for one in verdict.raises
        ]
        return {**super().to_representation(verdict), "raises": steps}


class RecommendedJobSerializer(JobCardSerializer):
    """A posting with its match."""

    match = serializers.SerializerMethodField()

    @extend_schema_field(ScoreSerializer)
    def get_match(self, job: Job) -> dict[str, Any]:
        """Return the verdict that the view found."""
        return ScoreSerializer(self.context["verdicts"][job.pk]).data

    class Meta(JobCardSerializer.Meta):
        fields = [*JobCardSerializer.Meta.fields, "match"]


class SimilarJobsSerializer(serializers.Serializer):
    results = JobCardSerializer(many=True)


class FoundPersonSerializer(serializers.Serializer):
    """Somebody who lets recruiters find them. ``id`` names them within this posting only and leads nowhere."""

    id = serializers.CharField(source="handle")
    match = ScoreSerializer(source="verdict")


class FoundPeopleSerializer(serializers.Serializer):
    """The best first."""

    results = FoundPersonSerializer(many=True)
