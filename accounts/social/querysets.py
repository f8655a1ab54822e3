"""Who may see which connection, and which dances may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from accounts.models import User
    from accounts.social.pipeline import Identity


class ConnectionQuerySet(models.QuerySet):
    def for_user(self, user: User) -> ConnectionQuerySet:
        """Only one's own."""
        return self.filter(user=user)

    def of_identity(self, identity: Identity) -> ConnectionQuerySet:
        """The one that an identity opens, if any."""
        return self.filter(issuer=identity.issuer, subject=identity.subject)


class AuthorizationRequestQuerySet(models.QuerySet):
    def open(self) -> AuthorizationRequestQuerySet:
        """Those that were neither used nor withdrawn, and are not over."""
        return self.filter(used_at=None, expires_at__gt=Now())
