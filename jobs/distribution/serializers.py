"""The shape of a posting on its company's board."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.distribution.projection import page_of
from jobs.models import Job
from jobs.serializers import JobCardSerializer


class BoardJobSerializer(JobCardSerializer):
    """A posting with the page on which one applies; its texts come with ``expand=text``, and alone always."""

    url = serializers.SerializerMethodField(help_text="The page on which one reads and applies.")

    class Meta(JobCardSerializer.Meta):
        fields = [*JobCardSerializer.Meta.fields, "url", "updated_at"]

    @extend_schema_field(serializers.URLField())
    def get_url(self, job: Job) -> str:
        return page_of(job.public_id)

    def to_representation(self, job: Job) -> dict[str, Any]:
        """Leave the texts out of lists that did not ask for them."""
        shown = super().to_representation(job)
        if self.context["view"].operation == "list" and "text" not in self.context["expand"]:
            for name in ("description", "requirements", "benefits"):
                del shown[name]
        return shown
