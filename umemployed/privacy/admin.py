"""Staff see here who asked for what; nobody erases, exports or consents for another."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from umemployed.api.admin import RecordAdmin
from umemployed.privacy.models import Consent, Erasure, Export, Standing


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
