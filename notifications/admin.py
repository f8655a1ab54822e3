"""The admin of notifications, preferences and mails."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from notifications.deliverability.admin import MailReportAdmin, SuppressedAddressAdmin
from notifications.mail.admin import MailAdmin
from notifications.models import Notification, NotificationHours, NotificationPreference

__all__ = [
    "MailAdmin",
    "MailReportAdmin",
    "NotificationAdmin",
    "NotificationHoursAdmin",
    "NotificationPreferenceAdmin",
    "SuppressedAddressAdmin",
]


@admin.register(Notification)
class NotificationAdmin(ModelAdmin):
    """What people were told; nothing to edit."""

    list_display = ["kind", "recipient", "actor", "group", "company", "in_app", "created_at", "read_at"]
    list_filter = ["kind", "in_app"]
    search_fields = ["=recipient__email", "=group"]
    list_select_related = ["recipient", "actor", "company"]
    readonly_fields = [field.name for field in Notification._meta.fields]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NotificationPreference)
class NotificationPreferenceAdmin(ModelAdmin):
    """How people want to be told."""

    list_display = ["user", "kind", "in_app", "mail", "updated_at"]
    list_filter = ["kind", "in_app", "mail"]
    search_fields = ["=user__email"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]
    show_full_result_count = False


@admin.register(NotificationHours)
class NotificationHoursAdmin(ModelAdmin):
    """At which hours people want to be told."""

    list_display = ["user", "digest_hour", "quiet_from", "quiet_until", "updated_at"]
    search_fields = ["=user__email"]
    list_select_related = ["user"]
    raw_id_fields = ["user"]
    show_full_result_count = False
