"""The REST door of postings."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import services
from jobs.forms import form_of
from jobs.insight.services import count_view
from jobs.insight.visitors import is_person
from jobs.models import Job
from jobs.parameters import MineParameters, RetrieveParameters, SearchParameters, SuggestParameters, query_of
from jobs.querysets import JobQuerySet
from jobs.search.answering import answer
from jobs.search.backend import Correction, FacetResult, search_backend
from jobs.search.cards import cards_of
from jobs.search.highlighting import with_highlights
from jobs.search.query import SearchQuery
from jobs.search.resolve import refuse_unknown_categories
from jobs.serializers import (
    FormSerializer,
    JobCreateSerializer,
    JobPageSerializer,
    JobSerializer,
    JobWriteSerializer,
    SuggestionsSerializer,
)
from jobs.shelf.services import hidden_by
from jobs.views.life import LifeMixin
from jobs.views.reading import JobGone, has_ended, publish_if_due
from umemployed.api.errors import NotFound
from umemployed.api.pagination import link_headers, page_url
from umemployed.api.preconditions import conditional, expected_version
from umemployed.api.views import ApiViewSet, CreateMixin, RetrieveMixin, UpdateMixin

PUBLIC = {"list", "retrieve", "form", "suggest"}


class JobViewSet(LifeMixin, CreateMixin, RetrieveMixin, UpdateMixin, ApiViewSet):
    """Postings: the public search, and what a company's team does with its own."""

    serializer_class = JobSerializer
    serializer_classes = {"list": JobPageSerializer}
    write_serializer_classes = {"create": JobCreateSerializer, "partial_update": JobWriteSerializer}
    query_serializer_classes = {
        "list": SearchParameters,
        "mine": MineParameters,
        "suggest": SuggestParameters,
        "retrieve": RetrieveParameters,
    }
    orderings = {"created_at": "created_at", "published_at": "published_at", "title": "title"}
    ordering = ("-created_at", "-pk")
    paginated_actions = ("mine",)
    linked_actions = ("list",)
    versioned = True
    success_status = {"duplicate": 201}

    def get_permissions(self) -> list[BasePermission]:
        """Reading is public; the rest is for people who signed in."""
        return [AllowAny() if self.operation in PUBLIC else IsAuthenticated()]

    def get_queryset(self) -> JobQuerySet:
        """Return what this person may read, with all that a posting shows."""
        return Job.objects.for_user(self.request.user).with_parts().with_rights_of(self.request.user)

    def is_paginated(self) -> bool:
        """The search has pages of its own (``list``); only the team's list is a page of a queryset."""
        return self.operation in self.paginated_actions

    def get_object(self) -> Job:
        """Return the posting; what was public and ended is gone (410) for whoever may not read it any more.

        One whose moment has come is published by whoever asks for it first, if the clock did not yet.
        """
        publish_if_due(self.kwargs["public_id"])
        job = self.get_queryset().filter(public_id=self.kwargs["public_id"]).first()
        if job is not None:
            return job
        if self.operation in PUBLIC and has_ended(self.kwargs["public_id"]):
            raise JobGone
        raise NotFound

    @extend_schema(responses=JobPageSerializer)
    def list(self, request: Request) -> HttpResponse:
        """Search what is public now. The JSON of the page is written by PostgreSQL."""
        given = self.query
        asked = query_of(given, hidden=hidden_by(request.user))
        refuse_unknown_categories(asked)
        found = answer(asked, cursor=given.get("cursor"), size=given["page_size"], exact=given["exact"])
        query = found.query
        job_ids = [hit.job_id for hit in found.page.hits]
        cards = cards_of(job_ids, with_text="text" in given.get("expand", ()))
        if given["highlight"]:
            cards = with_highlights(cards, job_ids, search_backend().highlight(query, job_ids))
        counts = None
        if given["count"] or given.get("facets"):
            counts = search_backend().facets(query, given.get("facets", ()))
        links = {"next": self.link(found.page.next, query), "previous": self.link(found.page.previous, query)}
        text = self.envelope(links, cards, counts, found.correction)
        response = HttpResponse(text, content_type="application/json", headers=link_headers(**links))
        return conditional(request, response, None)

    def envelope(
        self, links: dict[str, str | None], cards: str, counts: FacetResult | None, correction: Correction | None
    ) -> str:
        """Return the page's JSON around the cards, which are JSON already."""
        head: dict[str, Any] = {**links}
        if correction is not None:
            head["corrected"] = {"q": correction.query.text, "words": [vars(word) for word in correction.words]}
        tail: dict[str, Any] = {}
        if counts is not None and self.query["count"]:
            head["count"] = counts.total
        if counts is not None and self.query.get("facets"):
            tail["facets"] = {
                name: {"exact": counts.exact, "values": [vars(value) for value in values]}
                for name, values in counts.facets.items()
            }
        members = [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in head.items()]
        members += [f'"results":{cards}']
        members += [f"{json.dumps(name)}:{json.dumps(value)}" for name, value in tail.items()]
        return "{" + ",".join(members) + "}"

    def link(self, cursor: str | None, query: SearchQuery) -> str | None:
        """Return the URL of a neighbouring page of the query, whose words may have been put right."""
        if cursor is None:
            return None
        return page_url(self.request, cursor, **({"q": query.text} if query.text else {}))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the posting; a person from outside its team who opens it is counted."""
        job = self.get_object()
        if not getattr(job, "is_ours", False) and job.is_open() and is_person(request.method, request.headers):
            count_view(job=job, source=self.query.get("source", ""))
        return self.answer(job)

    def perform_create(self, serializer: serializers.BaseSerializer) -> Job:
        """Create a draft."""
        return services.create_job(actor=self.actor, **serializer.validated_data)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what is given; ``If-Match`` names the version that one saw."""
        job = self.get_object()
        job = services.update_job(
            actor=self.actor, job_id=job.pk, expected_version=expected_version(request), **self.read_body(job)
        )
        return self.answer(self.reload(job))

    @action(detail=False, methods=["get"])
    def mine(self, request: Request) -> Response:
        """Page through the postings of one's companies, in every state."""
        rows = self.get_queryset().of_my_companies(self.actor)
        if "status" in self.query:
            rows = rows.filter(status__in=self.query["status"])
        if "company" in self.query:
            rows = rows.filter(company__slug__in=self.query["company"])
        return self.page(rows)

    @action(detail=False, methods=["get"], serializer_class=SuggestionsSerializer)
    def suggest(self, request: Request) -> Response:
        """Complete the beginning of a word: titles, skills, companies, places, categories of what is public now."""
        found = search_backend().suggest(
            self.query["q"], kinds=self.query.get("kinds", ()), limit=self.query["page_size"]
        )
        return Response({"results": [vars(suggestion) for suggestion in found]})

    @action(detail=True, methods=["get"], serializer_class=FormSerializer, errors=[JobGone])
    def form(self, request: Request, public_id: str) -> Response:
        """Return the application form as data: exactly what an application is judged by."""
        return Response(form_of(self.get_object()))
