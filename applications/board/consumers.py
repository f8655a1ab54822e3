"""The board socket."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import User
from applications.board import services
from umemployed.realtime.bootstrap import state
from umemployed.realtime.consumer import RealtimeConsumer, command


class WatchSerializer(serializers.Serializer):
    """Which job's board."""

    job = serializers.UUIDField()


class BoardConsumer(RealtimeConsumer):
    """Pipelines, live: ``/ws/board/``. Watch first, then read the board by REST; nothing is lost in between."""

    socket = "board"

    @command("board.watch", serializer=WatchSerializer, reply=WatchSerializer)
    def watch(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Follow a job's board, until one stops; being away does not end it."""
        return {"job": str(services.watch_board(actor=actor, job=data["job"]).public_id)}

    @command("board.unwatch", serializer=WatchSerializer)
    def unwatch(self, actor: User, data: dict[str, Any]) -> None:
        """Stop following a job's board."""
        services.unwatch_board(actor=actor, job=data["job"])


@state("board")
def boards_of(user: User) -> dict[str, Any]:
    """Tell where a client begins: which boards one follows."""
    return {"watched": services.watched_by(user)}
