"""Saved searches for staff: to look at, never to change."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from jobs.alerts.models import AlertMatch, SavedSearch, SearchAnchor
from umemployed.api.admin import ReadOnly


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnly, ModelAdmin):
    """Who saved which search."""

    list_display = ["name", "user", "parameters", "frequency", "created_at"]
    list_select_related = ["user"]
    search_fields = ["=user__email"]
    show_full_result_count = False


@admin.register(SearchAnchor)
class SearchAnchorAdmin(ReadOnly, ModelAdmin):
    """What searches are looked up by."""

    list_display = ["token", "needs", "search"]
    list_select_related = ["search"]
    search_fields = ["=token"]
    show_full_result_count = False


@admin.register(AlertMatch)
class AlertMatchAdmin(ReadOnly, ModelAdmin):
    """Which search found which posting when it was published."""

    list_display = ["search", "job", "matched_at", "seen", "awaits_telling"]
    list_select_related = ["search", "job"]
    search_fields = ["=search__user__email", "job__title"]
    show_full_result_count = False
