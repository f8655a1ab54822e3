"""Staff see here who asked for what; nobody erases, exports or consents for another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from umemployed.api.actor import actor_of
from umemployed.api.admin import RecordAdmin
from umemployed.audit.record import record
from umemployed.privacy.models import Consent, Erasure, Export, Standing


class ReadsAreAudited:
    """Mixed into the admin of rows about people: opening one enters the audit record."""

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the row, and record that it was shown."""
        response = super().change_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        if request.method == "GET" and response.status_code == 200:
            row = self.get_object(request, object_id)  # type: ignore[attr-defined]
            record(f"{row._meta.model_name}:read", actor=actor_of(request), target=row, door="admin")
        return response


@admin.register(Erasure)
class ErasureAdmin(RecordAdmin):
    list_display = ("created_at", "person", "cause", "status", "due_at", "obstacle", "done_at")
    list_filter = ("status", "cause")
    list_select_related = ("person",)
    search_fields = ("public_id__exact", "person__email__iexact")
    search_help_text = _("A public id or a person's e-mail, in full")
    exclude = ("report_digest",)


@admin.register(Export)
class ExportAdmin(RecordAdmin):
    list_display = ("created_at", "person", "status", "attempts", "ready_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ("person",)
    search_fields = ("public_id__exact", "person__email__iexact")
    search_help_text = _("A public id or a person's e-mail, in full")
    exclude = ("file",)


@admin.register(Consent)
class ConsentAdmin(RecordAdmin):
    list_display = ("at", "person", "purpose", "version", "is_given", "address")
    list_filter = ("purpose", "is_given", "version")
    list_select_related = ("person",)
    search_fields = ("person__email__iexact",)
    search_help_text = _("A person's e-mail, in full")


@admin.register(Standing)
class StandingAdmin(RecordAdmin):
    list_display = ("person", "active_on", "warned_on", "reminded_on")
    list_select_related = ("person",)
    search_fields = ("person__email__iexact",)
    search_help_text = _("A person's e-mail, in full")
