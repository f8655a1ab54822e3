"""Versions, what changed between them, and who let them be published; all for the posting's team."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from jobs.models import JobReview, JobVersion, Objection


class JobPersonSerializer(serializers.ModelSerializer):
    """A member of the team."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")

    class Meta:
        model = User
        fields = ["id", "name"]


class JobVersionSerializer(serializers.ModelSerializer):
    """That the public read something new from ``number`` on. ``author`` is null when the clock published it."""

    author = JobPersonSerializer(allow_null=True)

    class Meta:
        model = JobVersion
        fields = ["number", "author", "at"]


class JobVersionContentSerializer(JobVersionSerializer):
    content = serializers.DictField(source="snapshot", help_text=_("What the posting said, as applicants keep it."))

    class Meta(JobVersionSerializer.Meta):
        fields = [*JobVersionSerializer.Meta.fields, "content"]


class JobChangeSerializer(serializers.Serializer):
    """One member of the content that differs."""

    field = serializers.CharField()
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    @extend_schema_field({})
    def get_before(self, change: dict[str, Any]) -> Any:
        return change["before"]

    @extend_schema_field({})
    def get_after(self, change: dict[str, Any]) -> Any:
        return change["after"]


class JobDiffSerializer(serializers.Serializer):
    """What differs between two versions, in the order of the content."""

    before = serializers.IntegerField(
        allow_null=True, help_text=_("The kept version that the number stands for; null before the first.")
    )
    after = serializers.IntegerField(allow_null=True)
    changes = JobChangeSerializer(many=True)


class JobReviewSerializer(serializers.ModelSerializer):
    """One judgement of the posting. ``version`` is what the reviewer saw."""

    reviewer = JobPersonSerializer(allow_null=True)
    submitted_by = JobPersonSerializer(allow_null=True)
    objections = serializers.ListField(child=serializers.ChoiceField(Objection.choices))

    class Meta:
        model = JobReview
        fields = ["version", "is_approved", "objections", "comment", "submitted_by", "reviewer", "at"]
