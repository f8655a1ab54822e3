"""Blocks in the admin: to be looked up when somebody complains, never written."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from companies.blocks.models import Block
from umemployed.api.admin import RecordAdmin


@admin.register(Block)
class BlockAdmin(RecordAdmin):
    list_display = ["public_id", "blocker", "person", "company", "created_at"]
    list_select_related = ["blocker", "person", "company"]
    search_fields = ["blocker__email__exact", "person__email__exact", "company__slug__exact"]
    search_help_text = _("A person's address or a company's slug, in full")
    fields = ["public_id", "blocker", "person", "company", "created_at"]
    readonly_fields = fields
    ordering = ["-pk"]
