"""The shape of what is on the shelf."""

from __future__ import annotations

from rest_framework import serializers

from jobs.serializers import JobCardSerializer
from jobs.shelf.models import HiddenJob, SavedJob


class ShelvedJobSerializer(serializers.ModelSerializer):
    """A posting put aside. ``job`` is null when one may not read it any more, because it ended, say."""

    job = JobCardSerializer(allow_null=True)
    job_id = serializers.UUIDField(source="job_public_id")


class SavedJobSerializer(ShelvedJobSerializer):
    title = serializers.CharField(help_text="What it was called when it was saved.")
    saved_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = SavedJob
        fields = ["job_id", "title", "saved_at", "job"]


class HiddenJobSerializer(ShelvedJobSerializer):
    hidden_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = HiddenJob
        fields = ["job_id", "hidden_at", "job"]
