"""The REST door of blocks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from companies.blocks import services
from companies.blocks.models import Block
from companies.blocks.serializers import BlockSerializer, BlockWriteSerializer
from umemployed.api.errors import NotFound
from umemployed.api.views import ApiViewSet, CreateMixin, DestroyMixin, ListMixin


class BlockViewSet(ListMixin, CreateMixin, DestroyMixin, ApiViewSet):
    """My blocks, the newest first. They stop messages, invitations and notifications both ways."""

    serializer_class = BlockSerializer
    write_serializer_class = BlockWriteSerializer
    ordering = ("-pk",)
    errors = [NotFound]

    def get_queryset(self) -> QuerySet[Block]:
        return Block.objects.for_user(self.actor).with_target()

    def perform_create(self, serializer: Any) -> Block:
        asked = serializer.validated_data
        return services.block(actor=self.actor, person_id=asked.get("person"), company_slug=asked.get("company"))

    def perform_destroy(self, instance: Block) -> None:
        services.lift_block(actor=self.actor, block_id=instance.public_id)
