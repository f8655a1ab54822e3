"""From rows to open sockets: the only place that knows how a notification travels."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import override

from notifications.models import Notification
from notifications.serializers import NotificationSerializer
from umemployed.realtime.stream import emit_each

SOCKET = "notifications"


def unread_counts(user_ids: Sequence[int]) -> dict[int, int]:
    """Return how much each person has not read of what they may know now; one query on a partial index."""
    rows = Notification.objects.filter(recipient__in=user_ids).shown().unread()
    counted = dict(rows.order_by().values_list("recipient").annotate(Count("pk")))
    return {user_id: counted.get(user_id, 0) for user_id in user_ids}


def push_created(notifications: Sequence[Notification], *, scope: str = "") -> None:
    """Tell each recipient's devices of the new row, in the caller's transaction; three statements.

    The caller holds the recipients' streams, so the counts are those of the moment of the commit.
    """
    if not notifications:
        return
    rows = Notification.objects.filter(pk__in=[row.pk for row in notifications]).with_actor().with_reader()
    counts = unread_counts([row.recipient_id for row in notifications])
    emit_each(
        SOCKET,
        "notification.created",
        {row.recipient_id: {"notification": in_words(row), "unread_count": counts[row.recipient_id]} for row in rows},
        scope=scope,
    )


def in_words(row: Notification) -> dict[str, Any]:
    """Return the row as its recipient reads it, in their language."""
    with override(row.recipient.language):
        return NotificationSerializer(row).data


def push_read(
    user_id: int,
    *,
    ids: Sequence[uuid.UUID] = (),
    up_to: uuid.UUID | str | None = None,
    group: str | None = None,
) -> None:
    """Tell a person's other devices what was read: these ids, or all there was, of one group, up to one."""
    data = {
        "ids": [str(public_id) for public_id in ids],
        "all": not ids,
        "up_to": str(up_to) if up_to else None,
        "group": group,
        "unread_count": unread_counts([user_id])[user_id],
    }
    emit_each(SOCKET, "notification.read", {user_id: data})
