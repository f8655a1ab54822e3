"""The shapes of likely duplicates and merges."""

from __future__ import annotations

from rest_framework import serializers

from applications.duplicates.models import CandidateMerge, KeyKind
from applications.serializers import PersonSerializer


class LikenessSerializer(serializers.Serializer):
    application = serializers.UUIDField(source="application.public_id", help_text="Their newest one.")
    job_title = serializers.CharField(source="application.job.title")
    candidate = PersonSerializer(source="application.candidate")
    score = serializers.FloatField(min_value=0, max_value=1)
    reasons = serializers.ListField(child=serializers.ChoiceField(KeyKind.choices))


class CandidateMergeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    kept = PersonSerializer()
    merged = PersonSerializer()

    class Meta:
        model = CandidateMerge
        fields = ("id", "kept", "merged", "created_at")


class DuplicatesSerializer(serializers.Serializer):
    likely = LikenessSerializer(many=True)
    merges = CandidateMergeSerializer(many=True)


class MergeWriteSerializer(serializers.Serializer):
    other = serializers.UUIDField(help_text="An application of the other candidate.")
