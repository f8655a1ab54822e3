"""The shapes of talent pools."""

from __future__ import annotations

from rest_framework import serializers

from applications.pools.models import NOTE_LENGTH, PoolEntry, TalentPool
from applications.serializers import EmployerSerializer, PersonSerializer
from umemployed.api.fields import LineField, TextField


class TalentPoolSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = TalentPool
        fields = ("id", "name", "created_at")


class TalentPoolWriteSerializer(serializers.Serializer):
    name = LineField(max_length=80)


class PoolEntrySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    candidate = PersonSerializer()
    application = serializers.UUIDField(source="application.public_id", allow_null=True, default=None)

    class Meta:
        model = PoolEntry
        fields = ("id", "candidate", "application", "consent", "answered_at", "expires_at", "note")


class PoolEntryWriteSerializer(serializers.Serializer):
    application = serializers.UUIDField(help_text="By which the company knows the candidate.")
    note = TextField(max_length=NOTE_LENGTH, required=False, allow_blank=True)


class PoolNoteSerializer(serializers.Serializer):
    note = TextField(max_length=NOTE_LENGTH, allow_blank=True)


class PoolQuestionSerializer(serializers.ModelSerializer):
    """What the candidate reads: who asks, and what they said. The team's note is the team's."""

    id = serializers.UUIDField(source="public_id")
    company = EmployerSerializer(source="pool.company")

    class Meta:
        model = PoolEntry
        fields = ("id", "company", "consent", "created_at", "answered_at", "expires_at")
