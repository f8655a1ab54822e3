"""The shapes of figures. Times are whole seconds; null where there is nothing to measure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.vocabulary import StageKind
from umemployed.api.queries import QuerySerializer


class InsightQuery(QuerySerializer):
    since = serializers.DateField(help_text=_("Only applications sent on this day (UTC) or later."))
    until = serializers.DateField(help_text=_("Only applications sent on this day (UTC) or earlier."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        if attrs.get("since") and attrs.get("until") and attrs["since"] > attrs["until"]:
            raise serializers.ValidationError({"until": _("It lies before `since`.")}, code="before_since")
        return attrs


class CompanyInsightQuery(InsightQuery):
    job = serializers.UUIDField(help_text=_("Only applications to this job of the company."))


class PlaceSerializer(serializers.Serializer):
    stage = serializers.UUIDField(allow_null=True, help_text="Null where all stages of a kind are counted together.")
    name = serializers.CharField()
    kind = serializers.ChoiceField(StageKind.choices)


class FunnelSerializer(PlaceSerializer):
    """``entered`` is the sum of the others."""

    entered = serializers.IntegerField(help_text="Applications that came into it at any time.")
    left_forward = serializers.IntegerField()
    left_back = serializers.IntegerField()
    in_it_now = serializers.IntegerField()
    hired = serializers.IntegerField(help_text="Decided while in it; so the next two.")
    rejected = serializers.IntegerField()
    withdrawn = serializers.IntegerField()


class StayTimesSerializer(serializers.Serializer):
    median_seconds = serializers.IntegerField(allow_null=True)
    p90_seconds = serializers.IntegerField(allow_null=True)


class StageTimesSerializer(PlaceSerializer):
    stays = serializers.IntegerField(help_text="Stays that are over.")
    median_seconds = serializers.IntegerField(allow_null=True)
    p90_seconds = serializers.IntegerField(allow_null=True)


class HireTimesSerializer(serializers.Serializer):
    hires = serializers.IntegerField()
    from_application = StayTimesSerializer()
    from_posting = StayTimesSerializer()


class SourceFiguresSerializer(serializers.Serializer):
    applications = serializers.IntegerField()
    interviews = serializers.IntegerField(help_text="Came to a stage of the kind `interview`.")
    hires = serializers.IntegerField()


class SourceQualitySerializer(SourceFiguresSerializer):
    name = serializers.CharField(allow_blank=True, help_text="In lower case; blank where none was given.")


class SourceQualitiesSerializer(serializers.Serializer):
    sources = SourceQualitySerializer(many=True, help_text="The 50 busiest; the CSV has all.")
    others = SourceFiguresSerializer()


class ApplicationDaySerializer(serializers.Serializer):
    day = serializers.DateField()
    applications = serializers.IntegerField()


class InsightSerializer(serializers.Serializer):
    funnel = FunnelSerializer(many=True)
    time_in_stage = StageTimesSerializer(many=True)
    time_to_hire = HireTimesSerializer()
    sources = SourceQualitiesSerializer()
    days = ApplicationDaySerializer(many=True)
