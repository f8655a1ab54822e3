"""What every admin of a large or append-only table is built on."""

from __future__ import annotations

import json
from typing import Any, cast

from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

EXACT_BELOW = 10_000


class EstimatedPaginator(Paginator):
    """Counts exactly up to EXACT_BELOW rows and asks the planner beyond, so that no page counts a huge table."""

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet", self.object_list).order_by()
        counted = rows[:EXACT_BELOW].count()
        return counted if counted < EXACT_BELOW else max(EXACT_BELOW, planned_rows(rows))


def planned_rows(rows: models.QuerySet[Any]) -> int:
    """Return how many rows PostgreSQL's planner expects; reads statistics only."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


class ReadOnly:
    """Rows that the admin shows and never writes; for an admin or an inline, before unfold's class."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HugeTableAdmin(ModelAdmin):
    """An admin whose pages cost the same on ten rows and on ten million."""

    paginator = EstimatedPaginator
    show_full_result_count = False
    list_per_page = 50


class RecordAdmin(HugeTableAdmin):
    """An admin of rows that people read and never write."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False
