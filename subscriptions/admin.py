"""The admin of plans, who has which, and what was used."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from subscriptions.models import Plan, PlanLimit, PlanPrice, Subscription, UsageCounter


class LimitInline(TabularInline):
    model = PlanLimit
    extra = 0


class PriceInline(TabularInline):
    model = PlanPrice
    extra = 0


@admin.register(Plan)
class PlanAdmin(ModelAdmin):
    """Plans, limits and prices are data; a change holds from the next request on."""

    list_display = ["name", "audience", "code", "is_default", "is_offered", "limits_shown", "rank"]
    list_filter = ["audience", "is_offered"]
    search_fields = ["name", "code"]
    ordering = ["audience", "rank", "pk"]
    inlines = [LimitInline, PriceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        """Fetch the limits with the plans."""
        return super().get_queryset(request).prefetch_related("limits")

    @admin.display(description="limits")
    def limits_shown(self, plan: Plan) -> str:
        return ", ".join(map(str, plan.limits.all()))

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        """Keep the default plans: without one, nobody of that audience could do anything."""
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.is_default)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deletion in bulk, which would not ask about each plan."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


@admin.register(Subscription)
class SubscriptionAdmin(ModelAdmin):
    list_display = ["plan", "user", "company", "status", "current_period_start_at", "current_period_end_at"]
    list_filter = ["status", "plan"]
    search_fields = ["=user__email", "=company__slug", "=public_id"]
    list_select_related = ["plan", "user", "company"]
    raw_id_fields = ["user", "company"]
    ordering = ["-pk"]
    show_full_result_count = False


@admin.register(UsageCounter)
class UsageCounterAdmin(ModelAdmin):
    """What was used; only the program counts."""

    list_display = ["key", "user", "company", "window_start_at", "used"]
    list_filter = ["key"]
    search_fields = ["=user__email", "=company__slug"]
    list_select_related = ["user", "company"]
    ordering = ["-window_start_at", "-pk"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
