"""Counts for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jobs.models import DailyCount
from jobs.tests.factories import make_job


def make_daily_count(**overrides: Any) -> DailyCount:
    fields: dict[str, Any] = {"day": timezone.localdate(), "source": "direct", "views": 1, **overrides}
    fields["job"] = fields.get("job") or make_job()
    return DailyCount.objects.create(**fields)
