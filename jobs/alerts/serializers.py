"""The shapes of saved searches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from jobs.alerts.models import Frequency, SavedSearch
from jobs.alerts.querysets import MOST_NEW
from umemployed.api.fields import StrictCharField
from umemployed.api.queries import QuerySerializer


class SavedSearchSerializer(serializers.ModelSerializer):
    """A saved search, and how much of what it found nobody looked at yet."""

    id = serializers.UUIDField(source="public_id")
    new_count = serializers.IntegerField(
        max_value=MOST_NEW, help_text=_("Postings that it found since they were seen; 100 says: 100 or more.")
    )

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "parameters", "frequency", "new_count", "version", "created_at", "updated_at"]
        read_only_fields = fields


class SavedSearchWriteSerializer(serializers.Serializer):
    """Name and parameters of a search."""

    name = StrictCharField(max_length=80)
    parameters = StrictCharField(
        max_length=2000,
        allow_blank=True,
        help_text=_(
            "The query string of `GET jobs/`, without `cursor`, `page_size`, `count`, `facets`, `expand`,"
            " `highlight`, `exact`."
        ),
    )
    frequency = serializers.ChoiceField(
        choices=Frequency.choices,
        required=False,
        help_text=_("How what it finds is mailed. `off` tells nothing in the application either."),
    )


class SearchJobsParameters(QuerySerializer):
    """Which page of what the search finds."""

    new = serializers.BooleanField(default=False, help_text=_("Only what was found and not seen yet."))
    cursor = serializers.CharField(max_length=2000, help_text=_("Take it from `next` or `previous`."))
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=20)
