"""The REST door of saved searches."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.alerts import services
from jobs.alerts.models import AlertMatch, SavedSearch
from jobs.alerts.serializers import SavedSearchSerializer, SavedSearchWriteSerializer, SearchJobsParameters
from jobs.search.backend import search_backend
from jobs.search.cards import cards_of
from jobs.serializers import JobPageSerializer
from jobs.shelf.services import hidden_by
from umemployed.api.pagination import page_url
from umemployed.api.preconditions import conditional, expected_version
from umemployed.api.views import ApiViewSet, CreateMixin, DestroyMixin, ListMixin, RetrieveMixin, UpdateMixin

# The newest that are looked through for ``new=true``.
MOST_LISTED = 1_000


class SavedSearchViewSet(ListMixin, RetrieveMixin, CreateMixin, UpdateMixin, DestroyMixin, ApiViewSet):
    """One's own saved searches."""

    serializer_class = SavedSearchSerializer
    write_serializer_class = SavedSearchWriteSerializer
    query_serializer_classes = {"jobs": SearchJobsParameters}
    ordering = ("-created_at", "-pk")
    orderings = {"created_at": "created_at", "name": "name"}
    versioned = True
    errors = [services.SearchNameTaken, services.TooManySearches]

    def get_queryset(self) -> QuerySet[SavedSearch]:
        """Return one's own, with what is new in them."""
        return SavedSearch.objects.for_user(self.actor).with_new_count().defer("wanted")

    def perform_create(self, serializer: serializers.BaseSerializer) -> SavedSearch:
        """Save a search."""
        return services.save_search(actor=self.actor, **serializer.validated_data)

    def perform_update(self, serializer: Any) -> SavedSearch:
        """Change name, parameters or frequency."""
        return services.edit_search(
            actor=self.actor,
            search_id=serializer.instance.pk,
            expected_version=expected_version(self.request),
            **serializer.validated_data,
        )

    def perform_destroy(self, instance: SavedSearch) -> None:
        """Delete the search and what it found."""
        services.delete_search(actor=self.actor, search_id=instance.pk, expected_version=expected_version(self.request))

    @extend_schema(responses=JobPageSerializer)
    @action(detail=True, methods=["get"], serializer_class=JobPageSerializer, versioned=False)
    def jobs(self, request: Request, public_id: str) -> HttpResponse:
        """Run the search as the public list would; ``new=true`` keeps to what was found and not seen yet."""
        search = self.get_object()
        query = services.query_of_parameters(search.parameters, hidden_by(request.user))
        if self.query["new"]:
            rows = AlertMatch.objects.filter(search=search, seen=False).order_by("-pk")
            query = replace(query, only=tuple(rows.values_list("job_id", flat=True)[:MOST_LISTED]))
        found = search_backend().search(query, cursor=self.query.get("cursor"), size=self.query["page_size"])
        cursors = {"next": found.next, "previous": found.previous}
        links = json.dumps({name: page_url(request, cursor) if cursor else None for name, cursor in cursors.items()})
        cards = cards_of([hit.job_id for hit in found.hits])
        page = f'{links[:-1]}, "results": {cards}}}'
        return conditional(request, HttpResponse(page, content_type="application/json"), None)

    @action(detail=True, methods=["post"], versioned=False)
    def seen(self, request: Request, public_id: Any) -> Response:
        """Take all that the search found until now for seen."""
        search = self.get_object()
        services.mark_seen(actor=self.actor, search_id=search.pk)
        return self.answer(self.reload(search))
