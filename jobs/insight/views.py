"""A posting's numbers, for its team."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.insight.serializers import AnalyticsSerializer
from jobs.insight.services import counts_of, today_of
from jobs.models import Job
from jobs.views.history import OfOwnJob
from umemployed.api.queries import QuerySerializer

USUAL = timedelta(days=29)
LONGEST = timedelta(days=366)


def sane(day: date) -> date:
    """Return the day; raise ValidationError for one that no posting lived in."""
    if not 2000 <= day.year <= 2200:
        raise serializers.ValidationError(_("Give a day between the years 2000 and 2200."))
    return day


class AnalyticsParameters(QuerySerializer):
    """Which days, both included; by default the last thirty."""

    first = serializers.DateField()
    last = serializers.DateField()

    def validate_first(self, day: date) -> date:
        """A day that can be counted from."""
        return sane(day)

    def validate_last(self, day: date) -> date:
        """A day that can be counted to."""
        return sane(day)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """A year at most, in order."""
        first, last = given.get("first"), given.get("last")
        if first and last and not first <= last <= first + LONGEST:
            raise serializers.ValidationError({"last": [_("Give a range of one year at most, in order.")]})
        return given


class AnalyticsView(OfOwnJob):
    """Views and applications."""

    serializer_class = AnalyticsSerializer
    query_serializer_class = AnalyticsParameters

    def get(self, request: Request, public_id: str) -> Response:
        """Return views and applications per day and source; programs and previews are not counted."""
        first, last = self.days()
        return self.answer(summary_of(self.job, first, last))

    def days(self) -> tuple[date, date]:
        """Return the range that is asked for, or the last thirty days in the posting's zone."""
        last = self.query.get("last")
        first = self.query.get("first")
        if last is None:
            last = min(first + LONGEST, today_of(self.job)) if first else today_of(self.job)
        first = last - USUAL if first is None else first
        return first, max(first, last)


def summary_of(job: Job, first: date, last: date) -> dict[str, Any]:
    """Return what AnalyticsSerializer shows; one query."""
    views: Counter[Any] = Counter()
    applies: Counter[Any] = Counter()
    for row in counts_of(job, first, last):
        for key in (None, row["day"], row["source"]):
            views[key] += row["views"]
            applies[key] += row["applies"]
    days = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
    return {
        "first": first,
        "last": last,
        "timezone": job.timezone,
        "total": {"views": views[None], "applies": applies[None]},
        "days": [{"day": day, "views": views[day], "applies": applies[day]} for day in days],
        "sources": [
            {"source": key, "views": views[key], "applies": applies[key]}
            for key in sorted({*views, *applies} - {None, *days}, key=str)
        ],
    }
