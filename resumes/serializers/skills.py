"""Skills of the taxonomy."""

from __future__ import annotations

from rest_framework import serializers

from resumes.models import Skill


class SkillSerializer(serializers.ModelSerializer):
    """A canonical skill."""

    id = serializers.UUIDField(source="public_id", read_only=True)

    class Meta:
        model = Skill
        fields = ["id", "name", "slug"]
        read_only_fields = fields


class SkillSuggestionSerializer(SkillSerializer):
    """A canonical skill, and the label of it that was found: ``js`` finds JavaScript."""

    matched = serializers.CharField(read_only=True, help_text="The label that was found; may be an alias.")

    class Meta(SkillSerializer.Meta):
        fields = [*SkillSerializer.Meta.fields, "matched"]
        read_only_fields = fields


class SkillPageSerializer(serializers.Serializer):
    """The one page of suggestions; there is never a next."""

    next = serializers.URLField(allow_null=True, read_only=True)
    previous = serializers.URLField(allow_null=True, read_only=True)
    results = SkillSuggestionSerializer(many=True, read_only=True)
