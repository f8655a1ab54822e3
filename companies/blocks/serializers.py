"""The shapes of blocks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from companies.blocks.models import Block


class BlockedPersonSerializer(serializers.Serializer):
    """Whom one blocked."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="display_name")


class BlockedCompanySerializer(serializers.Serializer):
    """Which company one blocked."""

    slug = serializers.CharField()
    name = serializers.CharField()


class BlockSerializer(serializers.ModelSerializer):
    """One of one's own blocks: ``person`` or ``company`` is null."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    person = BlockedPersonSerializer(allow_null=True, read_only=True)
    company = BlockedCompanySerializer(allow_null=True, read_only=True)

    class Meta:
        model = Block
        fields = ["id", "person", "company", "created_at"]
        read_only_fields = fields


class BlockWriteSerializer(serializers.Serializer):
    """Whom to block: a person whom one has met, or a company."""

    person = serializers.UUIDField(required=False, help_text=_("The person's id, as messages and teams show it."))
    company = serializers.SlugField(max_length=80, required=False, help_text=_("The company's slug."))
