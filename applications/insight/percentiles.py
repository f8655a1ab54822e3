"""Percentiles of durations, computed by PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, DurationField


class Percentile(Aggregate):
    """``PERCENTILE_CONT(fraction)`` of a duration, interpolated; NULL over nothing."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    allow_distinct = False

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=fraction, output_field=DurationField(), **extra)
