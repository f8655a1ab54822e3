"""The notification socket."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from notifications.push import unread_counts
from notifications.serializers import (
    NotificationSerializer,
    ReadAllWriteSerializer,
    ReadWriteSerializer,
    UnreadCountSerializer,
)
from notifications.services import mark_all_read, mark_read
from umemployed.realtime.bootstrap import state
from umemployed.realtime.consumer import RealtimeConsumer, command


class NotificationConsumer(RealtimeConsumer):
    """News, live, and what my other devices have read: ``/ws/notifications/``."""

    socket = "notifications"

    @command("notification.read", serializer=ReadWriteSerializer, reply=NotificationSerializer)
    def read(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Mark one as read, or its whole line, on all my devices."""
        return NotificationSerializer(mark_read(actor=actor, public_id=data["id"], whole_line=data["whole_line"])).data

    @command("notification.read_all", serializer=ReadAllWriteSerializer, reply=UnreadCountSerializer)
    def read_all(self, actor: User, data: dict[str, Any]) -> dict[str, Any]:
        """Mark everything as read, or everything of one group, or up to what I have seen."""
        mark_all_read(actor=actor, **data)
        return unread(actor)


@state("notifications")
def unread(user: User) -> dict[str, Any]:
    """Tell where a client begins: how much is unread; the list is a REST page away."""
    return {"unread_count": unread_counts([user.pk])[user.pk]}
