"""Conversations in the admin: who talks with whom and how much; what they say is theirs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from messaging.message_templates.admin import MessageTemplateAdmin
from messaging.models import Attachment, ChatSettings, Conversation, Participant
from messaging.reports.admin import ReportAdmin
from umemployed.api.admin import ReadOnly, RecordAdmin

__all__ = ["AttachmentAdmin", "ChatSettingsAdmin", "ConversationAdmin", "MessageTemplateAdmin", "ReportAdmin"]


class ParticipantInline(ReadOnly, TabularInline):
    model = Participant
    fields = ["user", "last_read_seq", "read_at"]
    readonly_fields = fields
    ordering = ["pk"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("user", "conversation")


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, ModelAdmin):
    """Find a conversation by its people; its messages are not shown."""

    list_display = ["public_id", "company", "candidate", "last_seq", "last_message_at", "created_at"]
    list_select_related = ["company", "candidate"]
    list_filter = ["last_message_at"]
    search_fields = ["public_id", "company__name", "candidate__email"]
    search_help_text = _("Company, candidate's address, or id")
    date_hierarchy = "created_at"
    fields = ["public_id", "application", "company", "candidate", "last_seq", "last_message_at", "created_at"]
    readonly_fields = fields
    ordering = ["-last_message_at", "-pk"]
    show_full_result_count = False
    inlines = [ParticipantInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        return super().get_queryset(request).select_related("application", "company", "candidate")


@admin.register(Attachment)
class AttachmentAdmin(RecordAdmin):
    """Which files travel in messages, and whose they are."""

    list_display = ["file", "owner", "conversation", "size"]
    list_select_related = ["file__owner", "message__conversation"]
    search_fields = ["file__owner__email__exact", "file__public_id__exact"]
    search_help_text = _("The owner's address or the file's id, in full")
    fields = ["file", "owner", "conversation", "size"]
    readonly_fields = fields
    ordering = ["-pk"]

    @display(description=_("owner"))
    def owner(self, attachment: Attachment) -> Any:
        """Return who uploaded it."""
        return attachment.file.owner

    @display(description=_("conversation"))
    def conversation(self, attachment: Attachment) -> str:
        """Name the conversation."""
        return str(attachment.message.conversation.public_id)

    @display(description=_("bytes"))
    def size(self, attachment: Attachment) -> int:
        """Return its size."""
        return attachment.file.size


@admin.register(ChatSettings)
class ChatSettingsAdmin(RecordAdmin):
    """Who shows when they are there."""

    list_display = ["user", "shares_presence", "last_seen_at"]
    list_select_related = ["user"]
    list_filter = ["shares_presence"]
    search_fields = ["user__email__exact"]
    search_help_text = _("The person's address, in full")
    fields = ["user", "shares_presence", "last_seen_at"]
    readonly_fields = fields
    ordering = ["-pk"]
