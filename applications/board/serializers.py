"""The shapes of the board."""

from __future__ import annotations

from rest_framework import serializers

from applications.models.core import Application
from applications.pipeline.serializers import PipelineStageSerializer
from applications.serializers import CandidateSerializer, PersonSerializer
from applications.teamwork.serializers import TagSerializer


class CardSerializer(serializers.ModelSerializer):
    """An active application as a card; its acts are read from the application itself."""

    id = serializers.UUIDField(source="public_id")
    candidate = CandidateSerializer(source="*")
    assignee = PersonSerializer(source="assignee.user", allow_null=True, default=None)
    tags = TagSerializer(many=True)
    submitted_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Application
        fields = (
            "id",
            "candidate",
            "assignee",
            "tags",
            "attempt",
            "submitted_at",
            "seen_at",
            "stage_entered_at",
            "is_knocked_out",
            "version",
        )


class ColumnSerializer(serializers.Serializer):
    stage = PipelineStageSerializer()
    count = serializers.IntegerField(help_text="All active applications in the stage.")
    next = serializers.CharField(allow_null=True, help_text="URL of the column's further cards.")
    results = CardSerializer(many=True)


class BoardSerializer(serializers.Serializer):
    columns = ColumnSerializer(many=True)
    decided = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many were hired, rejected, withdrawn."
    )
