"""The doors of feeds, sitemaps, markup and boards: public, conditional, and never behind what is true."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from companies.models import Company
from jobs.distribution import feeds, sitemaps
from jobs.distribution.jsonld import markup_of
from jobs.distribution.projection import Stand, in_chunks, postings_of, stand_of
from jobs.distribution.serializers import BoardJobSerializer
from jobs.models import Job
from jobs.querysets import JobQuerySet
from jobs.views.reading import PublicJobMixin
from umemployed.api.errors import NotFound
from umemployed.api.preconditions import conditional
from umemployed.api.views import ApiView, ApiViewSet, ListMixin, RetrieveMixin

# A change may follow within the second that Last-Modified can tell; before that it is not said.
SETTLED = timedelta(seconds=2)
REVALIDATE = "public, no-cache"


class FeedView(ApiView):
    """Base of what is written while it is read. Whoever has the present state is answered 304 for an aggregate."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    throttle_scope = "feed"
    content_type = "application/xml; charset=utf-8"
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer XML whatever ``Accept`` names: readers of feeds name all sorts of types."""
        return super().perform_content_negotiation(request, force=True)

    def conditional(self, stand: Stand, write: Callable[[], Iterator[str]]) -> HttpResponseBase:
        """Answer 304, or the text as it is written; HEAD writes nothing."""
        digest = hashlib.blake2b(f"{self.request.path}:{stand.tag}".encode(), digest_size=12).hexdigest()
        settled = stand.changed_at is not None and timezone.now() - stand.changed_at > SETTLED
        changed = int(stand.changed_at.timestamp()) if stand.changed_at and settled else None
        # Weak: the bytes of two answers may differ in what postings do not say, such as a category's name.
        response: HttpResponseBase | None = get_conditional_response(
            self.request._request, etag=f'W/"{digest}"', last_modified=changed
        )
        if response is None:
            text = () if self.request.method == "HEAD" else (part.encode() for part in write())
            response = StreamingHttpResponse(text, content_type=self.content_type)
        response["ETag"], response["Cache-Control"] = f'W/"{digest}"', REVALIDATE
        if changed is not None:
            response["Last-Modified"] = http_date(changed)
        return response

    def head(self, request: Request, **kwargs: Any) -> HttpResponseBase:
        """Answer the headers alone."""
        return self.get(request, **kwargs)  # type: ignore[attr-defined]


class JobFeedView(FeedView):
    """All published postings, or the newest of them, in one format."""

    write: Callable[..., Iterator[str]] = staticmethod(feeds.indeed)
    most: int | None = None

    def get(self, request: Request) -> HttpResponseBase:
        """Return the feed."""
        jobs = Job.objects.all()
        stand = stand_of(jobs)
        return self.conditional(stand, lambda: self.write(in_chunks(jobs.published(), self.most), stand.changed_at))


class RssView(JobFeedView):
    """The newest postings for readers of news."""

    content_type = "application/rss+xml; charset=utf-8"
    write = staticmethod(feeds.rss)
    most = feeds.NEWEST


class IndeedView(JobFeedView):
    """Everything for Indeed."""

    write = staticmethod(feeds.indeed)


class LinkedInView(JobFeedView):
    """Everything for LinkedIn."""

    write = staticmethod(feeds.linkedin)


class SitemapIndexView(FeedView):
    """The index of sitemaps."""

    def get(self, request: Request) -> HttpResponseBase:
        """Return the index."""
        return self.conditional(stand_of(Job.objects.all()), sitemaps.index)


class SitemapView(FeedView):
    """One block of the sitemap."""

    def get(self, request: Request, number: int) -> HttpResponseBase:
        """Return the block; one that never had a posting is missing."""
        jobs = sitemaps.block_of(number) if number < 50_000 else Job.objects.none()
        if not jobs.exists():
            raise NotFound
        return self.conditional(stand_of(jobs), lambda: sitemaps.urls(jobs))


class JsonLdView(PublicJobMixin, ApiView):
    """A posting as markup for the page that shows it."""

    permission_classes = [AllowAny]
    serializer_class = None

    @extend_schema(responses={(200, "application/ld+json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, public_id: str) -> HttpResponse:
        """Return the JobPosting of schema.org; 410 when the posting has ended."""
        (posting,) = postings_of([self.published_job().pk])
        text = json.dumps(markup_of(posting), ensure_ascii=False)
        response = HttpResponse(text.encode(), content_type="application/ld+json")
        response["Cache-Control"] = REVALIDATE
        return conditional(request, response, None)


class BoardViewSet(PublicJobMixin, ListMixin, RetrieveMixin, ApiViewSet):
    """A company's own board for its own pages: any origin may read it. Anonymous postings are not on it."""

    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    serializer_class = BoardJobSerializer
    orderings = {"published_at": "published_at", "title": "title"}
    ordering = ("-search_ord", "-pk")
    expandable = ("text",)

    def get_queryset(self) -> JobQuerySet:
        """Return what the company shows under its name now. Raises NotFound for a company that is not."""
        company = Company.objects.filter(slug=self.kwargs["slug"]).first()
        if company is None:
            raise NotFound
        return Job.objects.published().filter(company=company, is_anonymous=False).with_parts()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return a page of the company's public postings."""
        response = super().list(request, *args, **kwargs)
        response["Cache-Control"] = REVALIDATE
        return response

    def get_object(self) -> Job:
        """Return the posting; 410 where it was on this board and ended."""
        return self.published_job(self.get_queryset(), company__slug=self.kwargs["slug"], is_anonymous=False)
