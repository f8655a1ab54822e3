"""The shape of a posting's numbers."""

from __future__ import annotations

from rest_framework import serializers

from jobs.insight.visitors import SOURCES


class CountSerializer(serializers.Serializer):
    views = serializers.IntegerField()
    applies = serializers.IntegerField()


class DaySerializer(CountSerializer):
    day = serializers.DateField(help_text="In the job's own zone.")


class SourceSerializer(CountSerializer):
    source = serializers.ChoiceField(SOURCES)


class AnalyticsSerializer(serializers.Serializer):
    """Views and applications per day, every day of the range, and per source."""

    first = serializers.DateField()
    last = serializers.DateField()
    timezone = serializers.CharField()
    total = CountSerializer()
    days = DaySerializer(many=True)
    sources = SourceSerializer(many=True)
