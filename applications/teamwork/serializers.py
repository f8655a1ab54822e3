"""The shapes of a team's work."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.teamwork.models import BEST, BODY_LENGTH, Note, Rating, Tag
from umemployed.api.fields import LineField, TextField


class MemberNameSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


class TeamNoteSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    author = MemberNameSerializer(allow_null=True)
    mentions = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = ("id", "author", "body", "mentions", "created_at", "edited_at")

    def to_representation(self, note: Note) -> dict[str, Any]:
        """Show it without what names a candidate who is read blind."""
        shown = super().to_representation(note)
        return {**shown, "body": self.context["view"].veil.team_words(note.body)}

    @extend_schema_field(MemberNameSerializer(many=True))
    def get_mentions(self, note: Note) -> Any:
        return MemberNameSerializer([mention.person for mention in note.mentions.all()], many=True).data


class TeamNoteWriteSerializer(serializers.Serializer):
    body = TextField(max_length=BODY_LENGTH)
    mentions = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=20, help_text="Memberships; they are told."
    )


class TagSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Tag
        fields = ("id", "name")


class TagWriteSerializer(serializers.Serializer):
    name = LineField(max_length=40)


class TagsWriteSerializer(serializers.Serializer):
    tags = serializers.ListField(child=serializers.UUIDField(), max_length=20)


class RatingSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    author = MemberNameSerializer(allow_null=True)

    class Meta:
        model = Rating
        fields = ("id", "author", "attribute", "score", "updated_at")


class RatingWriteSerializer(serializers.Serializer):
    attribute = LineField(max_length=60)
    score = serializers.IntegerField(min_value=1, max_value=BEST, allow_null=True, help_text="null takes it back.")


class AssigneeWriteSerializer(serializers.Serializer):
    member = serializers.UUIDField(allow_null=True, help_text="The membership of who is in charge; null: nobody.")


class AssigneeSerializer(serializers.Serializer):
    member = serializers.UUIDField(allow_null=True)
