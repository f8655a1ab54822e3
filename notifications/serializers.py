"""The shapes of notifications and preferences."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifications.kinds import KINDS
from notifications.models import MailMode, Notification
from notifications.wording import sentence_of


class ActorSerializer(serializers.Serializer):
    """Who did it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


class NotificationSerializer(serializers.ModelSerializer):
    """One piece of news. ``text`` is the sentence in the reader's language; ``data`` has the ids to link to."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    actor = ActorSerializer(read_only=True, allow_null=True)
    text = serializers.SerializerMethodField()
    is_read = serializers.BooleanField(read_only=True)

    class Meta:
        model = Notification
        fields = ["id", "kind", "text", "actor", "data", "group", "is_read", "read_at", "created_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_text(self, notification: Notification) -> str:
        """Say it in words."""
        return sentence_of(notification)


class UnreadCountSerializer(serializers.Serializer):
    """How much is unread."""

    unread_count = serializers.IntegerField(min_value=0)


class ReadWriteSerializer(serializers.Serializer):
    """Which notification was read."""

    id = serializers.UUIDField()


class ReadAllWriteSerializer(serializers.Serializer):
    """The newest notification that the reader has seen; without it everything counts as seen."""

    up_to = serializers.UUIDField(required=False, allow_null=True)


class PreferenceSerializer(serializers.Serializer):
    """How one kind of news reaches me."""

    kind = serializers.CharField()
    label = serializers.CharField()
    in_app = serializers.BooleanField()
    mail = serializers.ChoiceField(MailMode.choices)


class PreferencesSerializer(serializers.Serializer):
    """Every kind, with my choice or its default."""

    preferences = PreferenceSerializer(many=True)


class PreferenceWriteSerializer(serializers.Serializer):
    """A choice; what is left out keeps its value."""

    kind = serializers.ChoiceField(sorted(KINDS))
    in_app = serializers.BooleanField(required=False)
    mail = serializers.ChoiceField(MailMode.choices, required=False)


class PreferencesWriteSerializer(serializers.Serializer):
    """Some or all choices."""

    preferences = PreferenceWriteSerializer(many=True, allow_empty=False, max_length=len(KINDS))

    def validate_preferences(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse two choices for one kind."""
        kinds = [choice["kind"] for choice in choices]
        if len(set(kinds)) != len(kinds):
            raise serializers.ValidationError("Each kind may appear once.")
        return choices
