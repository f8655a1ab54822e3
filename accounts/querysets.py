"""Who may see which session, and which sessions stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from accounts.models import User


class SessionQuerySet(models.QuerySet):
    def for_user(self, user: User) -> SessionQuerySet:
        """Only one's own."""
        return self.filter(user=user)

    def standing(self) -> SessionQuerySet:
        """Those that may still act: neither ended nor over, of a person who is active."""
        return self.filter(revoked_at=None, expires_at__gt=Now(), user__is_active=True)
