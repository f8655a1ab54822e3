"""The figures of hiring in the whole house, for its staff: sums of the newest applications, whatever their number."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from applications.insight import reports
from applications.models.core import Application
from applications.querysets import ApplicationQuerySet

DAYS = 30
MOST = 20_000  # applications that are looked at, the newest


def newest_applications() -> ApplicationQuerySet:
    """Return the applications of the last DAYS days, today (UTC) included, and of those the newest MOST."""
    begin = datetime.combine(first_day(), datetime.min.time(), UTC)
    newest = Application.objects.filter(created_at__gte=begin).order_by("-pk").values("pk")[:MOST]
    return Application.objects.filter(pk__in=newest).order_by()


def hiring_of_the_house() -> dict[str, Any]:
    """Return the funnel by kind of stage, the applications of each day, and how long hires took; five queries.

    ``is_part`` says that there were more than MOST, so that the sums are of the newest.
    """
    applications = newest_applications()
    funnel = [row for row in reports.funnel(applications) if row["entered"]]
    found = {row["day"]: row["applications"] for row in reports.by_day(applications)}
    days = [first_day() + timedelta(days=number) for number in range(DAYS)]
    return {
        "funnel": funnel,
        "days": [{"day": day, "applications": found.get(day, 0)} for day in days],
        "total": sum(found.values()),
        "is_part": sum(found.values()) >= MOST,
        **reports.time_to_hire(applications),
    }


def first_day() -> date:
    """Return the first of the days that are counted."""
    return timezone.now().astimezone(UTC).date() - timedelta(days=DAYS - 1)
