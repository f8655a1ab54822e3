"""The shapes of templates."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from messaging.message_templates.models import BODY_LENGTH, MessageTemplate
from umemployed.api.fields import StrictCharField


class MessageTemplateSerializer(serializers.ModelSerializer):
    """A template of a company's team."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    company = serializers.SlugField(source="company.slug", read_only=True)
    author = serializers.CharField(source="author.display_name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = MessageTemplate
        fields = ["id", "company", "name", "body", "author", "version", "created_at", "updated_at"]
        read_only_fields = fields


class MessageTemplateWriteSerializer(serializers.Serializer):
    """Name and text of a template."""

    name = StrictCharField(max_length=80)
    body = StrictCharField(
        max_length=BODY_LENGTH,
        help_text=_(
            "With {{candidate_name}}, {{candidate_first_name}}, {{job_title}}, {{company_name}} and {{sender_name}}."
        ),
    )


class MessageTemplateCreateSerializer(MessageTemplateWriteSerializer):
    """A new template, and whose it is."""

    company = serializers.SlugField(max_length=80, help_text=_("The company's slug."))


class PreviewWriteSerializer(serializers.Serializer):
    """For which conversation to fill the template in."""

    conversation = serializers.UUIDField()


class PreviewSerializer(serializers.Serializer):
    """The text, filled in: plain text, ready to be sent or changed."""

    body = serializers.CharField()
