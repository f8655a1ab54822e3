"""Who may see which résumé."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User

SECTION_NAMES = ("experiences", "education", "skills", "languages", "certificates", "projects", "links")


class ResumeQuerySet(models.QuerySet):
    """Résumés are private to their owner; recruiters read the capsule of an application instead."""

    def for_user(self, user: User) -> Self:
        """Return the person's own résumés, primary first, then the newest."""
        return self.filter(owner=user).order_by("-is_primary", "-pk")

    def with_sections(self) -> Self:
        """Fetch all sections in their order: one query each, whatever the number of résumés."""
        return self.prefetch_related(*(name for name in SECTION_NAMES if name != "skills"), "skills__skill")
