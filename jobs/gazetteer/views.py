"""The door of the gazetteer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.gazetteer.places import gazetteer
from jobs.serializers import CountryField
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiView


class LocationParameters(QuerySerializer):
    q = serializers.CharField(
        min_length=1, max_length=60, required=True, help_text=_("The beginning of a city's name; `Lyon, FR` narrows.")
    )
    country = CountryField(help_text=_("ISO 3166-1 alpha-2."))


class PlaceSerializer(serializers.Serializer):
    """A city, ready to be one of a posting's `locations`."""

    geoname_id = serializers.IntegerField(help_text=_("Its number at geonames.org."))
    city = serializers.CharField(source="name")
    country = serializers.CharField()
    country_name = serializers.CharField()
    latitude = serializers.FloatField()
    longitude = serializers.FloatField()
    timezone = serializers.CharField()
    population = serializers.IntegerField()


class PlacesSerializer(serializers.Serializer):
    results = PlaceSerializer(many=True)


class LocationsView(ApiView):
    """Cities by the beginning of a name, the largest first."""

    permission_classes = [AllowAny]
    serializer_class = PlacesSerializer
    query_serializer_class = LocationParameters

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Complete the name of a city; other names and spellings are known, too."""
        found = gazetteer().suggest(self.query["q"], self.query.get("country", ""))
        return self.answer({"results": found})
