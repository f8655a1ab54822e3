"""Templates in the admin: to be looked at; their companies edit them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from messaging.message_templates.models import MessageTemplate
from umemployed.api.admin import RecordAdmin


@admin.register(MessageTemplate)
class MessageTemplateAdmin(RecordAdmin):
    list_display = ["name", "company", "author", "version", "updated_at"]
    list_select_related = ["company", "author"]
    search_fields = ["company__slug__exact", "public_id__exact"]
    search_help_text = _("The company's slug or the template's id, in full")
    fields = ["public_id", "company", "name", "body", "author", "version", "created_at", "updated_at"]
    readonly_fields = fields
    ordering = ["-pk"]
