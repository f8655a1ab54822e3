"""The one projection that every feed is written from.

It is the card of the public search (``jobs.search.cards``), which PostgreSQL writes as JSON and which hides an
anonymous employer, with what feeds need beside it. Postings come in chunks by the order of publication, so
that a feed of any length costs the memory of one chunk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jobs.models import Job
from jobs.search.cards import cards_of

CHUNK = 500


@dataclass(frozen=True)
class Posting:
    """A public posting as outsiders may know it. ``card`` is what the search shows, with its texts."""

    card: dict[str, Any]
    updated_at: datetime
    company: dict[str, Any] | None

    @property
    def id(self) -> str:
        """Return what names the posting for ever: the reference number of every feed."""
        return self.card["id"]

    @property
    def published_at(self) -> datetime:
        """Return when it was published; anew when it was reopened."""
        return moment_of(self.card["published_at"])

    @property
    def expires_at(self) -> datetime | None:
        """Return the first instant at which it is no longer open."""
        return moment_of(self.card["expires_at"]) if self.card["expires_at"] else None

    def url(self, source: str = "") -> str:
        """Return the page of the posting; ``source`` is counted with the visit."""
        return page_of(self.id) + (f"?source={source}" if source else "")


def page_of(public_id: Any) -> str:
    """Return the frontend's page of a posting."""
    return f"{settings.FRONTEND_URL}/jobs/{public_id}"


def moment_of(text: str) -> datetime:
    """Return the instant that the projection writes as text."""
    moment = parse_datetime(text)
    if moment is None:
        raise ValueError(text)
    return moment


def postings_of(job_ids: list[int]) -> list[Posting]:
    """Return these postings in this order; two queries."""
    cards = json.loads(cards_of(job_ids, with_text=True))
    columns = ("public_id", "updated_at", "is_anonymous", "company__name", "company__website", "company__country")
    beside = {str(row["public_id"]): row for row in Job.objects.filter(pk__in=job_ids).values(*columns)}
    return [
        Posting(card, beside[card["id"]]["updated_at"], None if card["is_anonymous"] else employer(beside[card["id"]]))
        for card in cards
        if card["id"] in beside
    ]


def employer(row: dict[str, Any]) -> dict[str, Any]:
    """Return what feeds say of an employer."""
    return {name: row[f"company__{name}"] for name in ("name", "website", "country")}


def in_chunks(jobs: QuerySet[Job], most: int | None = None) -> Iterator[list[Posting]]:
    """Yield the postings of a queryset, the newest publication first; three queries per chunk.

    A chunk is read when it is due: what closed meanwhile is not in it.
    """
    below, left = None, most
    while left is None or left > 0:
        rows = jobs if below is None else jobs.filter(search_ord__lt=below)
        size = CHUNK if left is None else min(CHUNK, left)
        chunk = list(rows.order_by("-search_ord").values_list("pk", "search_ord")[:size])
        if not chunk:
            return
        yield postings_of([pk for pk, _ord in chunk])
        below = chunk[-1][1]
        left = None if left is None else left - len(chunk)


@dataclass(frozen=True)
class Stand:
    """Which state a set of postings is in: what a feed's validators are made of."""

    tag: str
    changed_at: datetime | None


def stand_of(jobs: QuerySet[Job], now: datetime | None = None) -> Stand:
    """Return the state of the published ones among ``jobs``; two aggregates, no posting is read.

    The tag differs when any of them came, went or changed, or its company did. ``changed_at`` counts also
    what left: the moment of a closing or of an expiry that passed.
    """
    now = now or timezone.now()
    live = jobs.published(now).aggregate(  # type: ignore[attr-defined]
        count=Count("pk"), ids=Sum("pk"), changed=Max("updated_at"), company=Max("company__updated_at")
    )
    past = jobs.filter(published_at__isnull=False)
    gone = past.aggregate(changed=Max("updated_at"))["changed"]
    expired = past.filter(expires_at__lte=now).aggregate(at=Max("expires_at"))["at"]
    moments = [moment for moment in (live["changed"], live["company"], gone, expired) if moment is not None]
    said = [str(value) for value in (live["count"], live["ids"], live["changed"], live["company"])]
    return Stand("-".join(said), max(moments, default=None))


def live_blocks(size: int) -> list[tuple[int, datetime]]:
    """Return the blocks of ``size`` publications that have live postings, each with its newest change; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_ord / %(size)s AS block, max(updated_at) FROM jobs_job WHERE status = 'live'"
            " AND (expires_at IS NULL OR expires_at > %(now)s) GROUP BY 1 ORDER BY 1",
            {"size": size, "now": timezone.now()},
        )
        return cursor.fetchall()
