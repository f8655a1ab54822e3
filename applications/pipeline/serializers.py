"""The shapes of templates, stages and promises."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.models.core import Stage
from applications.pipeline.models import MAX_STAGES, HiringPolicy, JobPipeline, StageTemplate, TemplateStage
from applications.vocabulary import Phase, StageKind
from umemployed.api.fields import LineField

A_YEAR = 366
A_FORTNIGHT = 14 * 24 * 60


class StageContentSerializer(serializers.Serializer):
    """What a stage is. Candidates are told the phase, never the name; without one they read "in review"."""

    name = LineField(max_length=60)
    kind = serializers.ChoiceField(StageKind.choices, required=False)
    phase = serializers.ChoiceField(Phase.choices, required=False)


class TemplateStageSerializer(serializers.ModelSerializer):
    class Meta:
        model = TemplateStage
        fields = ("name", "kind", "phase")


class StageTemplateSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")
    stages = TemplateStageSerializer(many=True)

    class Meta:
        model = StageTemplate
        fields = ("id", "name", "is_default", "version", "stages")


class StageTemplateWriteSerializer(serializers.Serializer):
    name = LineField(max_length=60)
    is_default = serializers.BooleanField(required=False)
    stages = StageContentSerializer(many=True, min_length=1, max_length=MAX_STAGES)

    def validate_stages(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse two of one name."""
        if len({stage["name"].casefold() for stage in value}) < len(value):
            raise serializers.ValidationError(_("Give each stage a name of its own."), code="repeated")
        return value


class PipelineStageSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Stage
        fields = ("id", "name", "kind", "phase", "position")


class StageWriteSerializer(StageContentSerializer):
    position = serializers.IntegerField(
        min_value=0, max_value=MAX_STAGES, required=False, help_text="Counted from 0; by default at the end."
    )


class StageRemovalSerializer(serializers.Serializer):
    move_to = serializers.UUIDField(required=False, help_text="The stage to which its active applications go.")


class UseTemplateSerializer(serializers.Serializer):
    template = serializers.UUIDField(source="template_id")


class HiringPolicySerializer(serializers.ModelSerializer):
    class Meta:
        model = HiringPolicy
        fields = ("rejection_delay_minutes", "reply_days", "tells_first_look", "version")
        read_only_fields = fields


class HiringPolicyWriteSerializer(serializers.Serializer):
    rejection_delay_minutes = serializers.IntegerField(min_value=0, max_value=A_FORTNIGHT, required=False)
    reply_days = serializers.IntegerField(min_value=1, max_value=A_YEAR, required=False, allow_null=True)
    tells_first_look = serializers.BooleanField(required=False)


class PromiseSerializer(serializers.ModelSerializer):
    class Meta:
        model = JobPipeline
        fields = ("reply_days",)


class PromiseWriteSerializer(serializers.Serializer):
    reply_days = serializers.IntegerField(min_value=1, max_value=A_YEAR, allow_null=True)
