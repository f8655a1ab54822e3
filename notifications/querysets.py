"""Who may see which notification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class NotificationQuerySet(models.QuerySet):
    """Notifications; one's own, and nobody else's."""

    def for_user(self, user: User) -> NotificationQuerySet:
        """Keep what this person is shown in the application."""
        return self.filter(recipient=user, in_app=True)

    def unread(self) -> NotificationQuerySet:
        """Keep what its recipient has not seen."""
        return self.filter(read_at__isnull=True)

    def with_actor(self) -> NotificationQuerySet:
        """Bring the person behind each fact along, for their current name."""
        return self.select_related("actor")

    def with_reader(self) -> NotificationQuerySet:
        """Bring the recipient along, for their language."""
        return self.select_related("recipient")
