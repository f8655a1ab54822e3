"""The shapes of reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from messaging.models import Report
from messaging.reports.models import NOTE_LENGTH, Reason
from umemployed.api.fields import StrictCharField


class ReportSerializer(serializers.ModelSerializer):
    """One of one's own reports: two of ``message``, ``person`` and ``company`` are null."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    message = serializers.UUIDField(source="message.public_id", read_only=True, allow_null=True, default=None)
    person = serializers.UUIDField(source="person.public_id", read_only=True, allow_null=True, default=None)
    company = serializers.SlugField(source="company.slug", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Report
        fields = ["id", "message", "person", "company", "reason", "note", "status", "created_at", "resolved_at"]
        read_only_fields = fields


class ReportToStaffWriteSerializer(serializers.Serializer):
    """What is wrong, and with what: a message, a person or a company."""

    message = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False)
    company = serializers.SlugField(max_length=80, required=False, help_text=_("The company's slug."))
    reason = serializers.ChoiceField(Reason.choices)
    note = StrictCharField(max_length=NOTE_LENGTH, required=False, allow_blank=True)
