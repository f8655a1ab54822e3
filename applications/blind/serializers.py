"""The shapes of blind reviews."""

from __future__ import annotations

from rest_framework import serializers

from applications.blind.models import BlindReview


class BlindReviewSerializer(serializers.ModelSerializer):
    class Meta:
        model = BlindReview
        fields = ("is_on", "shows_employers")
        read_only_fields = fields


class BlindReviewWriteSerializer(serializers.Serializer):
    is_on = serializers.BooleanField(help_text="false reveals every candidate who is hidden.")
    shows_employers = serializers.BooleanField(required=False, help_text="Lets the names of employers through.")
