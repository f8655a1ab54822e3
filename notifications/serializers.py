"""The shapes of notifications and preferences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
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
    """One piece of news. ``text`` is the sentence in the reader's language; ``data`` has the ids to link to.

    ``line`` is shared by the facts of one kind and group that were unread together; ``line_size`` is how many
    they were when this one came, and ``line_text`` says all of them in one sentence.
    """

    id = serializers.UUIDField(source="public_id", read_only=True)
    actor = ActorSerializer(read_only=True, allow_null=True)
    text = serializers.SerializerMethodField()
    line_text = serializers.SerializerMethodField()
    is_read = serializers.BooleanField(read_only=True)

    class Meta:
        model = Notification
        fields = ["id", "kind", "text", "actor", "data", "group", "line", "line_size", "line_text", "is_read"]
        fields += ["read_at", "created_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_text(self, notification: Notification) -> str:
        """Say it in words."""
        return sentence_of(notification)

    @extend_schema_field(serializers.CharField())
    def get_line_text(self, notification: Notification) -> str:
        """Say the whole line in words."""
        return sentence_of(notification, as_line=True)


class UnreadCountSerializer(serializers.Serializer):
    """How much is unread."""

    unread_count = serializers.IntegerField(min_value=0)


class ReadWriteSerializer(serializers.Serializer):
    """Which notification was read."""

    id = serializers.UUIDField()
    whole_line = serializers.BooleanField(default=False, help_text=_("With all facts of its line."))


class ReadAllWriteSerializer(serializers.Serializer):
    """The newest notification that the reader has seen; without it everything counts as seen."""

    up_to = serializers.UUIDField(required=False, allow_null=True)
    group = serializers.CharField(
        required=False, allow_null=True, max_length=80, help_text=_("Only news of one thing, as named in `group`.")
    )


class ReadOneWriteSerializer(serializers.Serializer):
    """How much of it was read."""

    whole_line = serializers.BooleanField(default=False, help_text=_("With all facts of its line."))


class PreferenceSerializer(serializers.Serializer):
    """How one kind of news reaches me. What is mandatory guards my account and cannot be chosen."""

    kind = serializers.CharField()
    label = serializers.CharField()
    in_app = serializers.BooleanField()
    mail = serializers.ChoiceField(MailMode.choices)
    mandatory = serializers.BooleanField()


class QuietHoursSerializer(serializers.Serializer):
    """From which hour until which no news are mailed; they wait for the end. What guards the account does not."""

    until = serializers.IntegerField(min_value=0, max_value=23)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Add ``from``, which is no name in Python."""
        return {"from": serializers.IntegerField(min_value=0, max_value=23), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a span without a length."""
        if attrs["from"] == attrs["until"]:
            raise serializers.ValidationError({"until": _("The quiet hours must end at another hour.")})
        return attrs


class PreferencesSerializer(serializers.Serializer):
    """Every kind, with my choice or its default, and my hours by the clock of my own time zone."""

    preferences = PreferenceSerializer(many=True)
    timezone = serializers.CharField(help_text=_("Of my account; change it there."))
    digest_hour = serializers.IntegerField(min_value=0, max_value=23)
    quiet_hours = QuietHoursSerializer(allow_null=True)


class PreferenceWriteSerializer(serializers.Serializer):
    """A choice; what is left out keeps its value."""

    kind = serializers.ChoiceField(sorted(KINDS))
    in_app = serializers.BooleanField(required=False)
    mail = serializers.ChoiceField(MailMode.choices, required=False)


class PreferencesWriteSerializer(serializers.Serializer):
    """Some or all choices; what is left out stays."""

    preferences = PreferenceWriteSerializer(many=True, required=False, allow_empty=False, max_length=len(KINDS))
    digest_hour = serializers.IntegerField(required=False, min_value=0, max_value=23)
    quiet_hours = QuietHoursSerializer(required=False, allow_null=True)

    def validate_preferences(self, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse two choices for one kind."""
        kinds = [choice["kind"] for choice in choices]
        if len(set(kinds)) != len(kinds):
            raise serializers.ValidationError("Each kind may appear once.")
        return choices

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a change of nothing."""
        if not attrs:
            raise serializers.ValidationError(_("Name at least one thing to change."))
        return attrs
