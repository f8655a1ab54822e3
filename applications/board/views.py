"""The REST door of the board."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers as fields
from rest_framework.request import Request
from rest_framework.response import Response

from applications.board import serializers
from applications.board.columns import ORDER, board_of, cards_of
from applications.doors import OfJob
from applications.models.core import Application
from umemployed.api.queries import QuerySerializer
from umemployed.api.views import ApiViewSet, ListMixin


class BoardQuery(QuerySerializer):
    page_size = fields.IntegerField(min_value=1, max_value=100, default=20, help_text="Cards per column.")


class BoardView(OfJob):
    serializer_class = serializers.BoardSerializer
    query_serializer_class = BoardQuery

    def get(self, request: Request, **kwargs: Any) -> Response:
        """Show the pipeline with its active applications. To follow it live, watch it on `/ws/board/`."""
        return self.answer(board_of(self.job, size=self.query["page_size"]))


class ColumnViewSet(ListMixin, OfJob, ApiViewSet):
    """The cards of one column, page by page."""

    serializer_class = serializers.CardSerializer
    ordering = ORDER

    def get_queryset(self) -> QuerySet[Application]:
        return cards_of(self.job).filter(stage__public_id=self.kwargs["stage_id"])
