"""Staff read the audit record here; nobody writes it."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateTimeFilter

from umemployed.api.admin import RecordAdmin
from umemployed.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin):
    list_display = ("at", "action", "actor", "target", "address", "request_id")
    list_filter = (("at", RangeDateTimeFilter),)
    list_filter_submit = True
    list_select_related = ("actor",)
    search_fields = ("action__exact", "target__exact", "actor__email__iexact", "request_id__exact")
    search_help_text = _("An action, a target (app.model:public id), an actor's e-mail or a request id, in full")
