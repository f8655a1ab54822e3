"""What providers reported, and the addresses without news, with the button that lets them take mails again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.deliverability.models import MailReport, SuppressedAddress
from notifications.deliverability.services import lift_suppressions
from umemployed.api.actor import actor_of
from umemployed.api.admin import RecordAdmin


@admin.register(MailReport)
class MailReportAdmin(RecordAdmin):
    list_display = ["outcome", "address", "source", "detail", "created_at"]
    list_filter = ["outcome", "source"]
    search_fields = ["address__exact", "report_id__exact"]
    search_help_text = _("Exact address, or the provider's id of the report")


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(RecordAdmin):
    list_display = ["address", "report", "created_at"]
    list_select_related = ["report"]
    search_fields = ["address__exact"]
    search_help_text = _("Exact address")
    actions = ["release"]

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.delete_suppressedaddress")

    @admin.action(description=_("Let these addresses take mails again"), permissions=["release"])
    def release(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        count = lift_suppressions(actor=actor_of(request), ids=rows.values_list("pk", flat=True))
        said = ngettext("%d address takes mails again.", "%d addresses take mails again.", count) % count
        self.message_user(request, said, messages.SUCCESS)
