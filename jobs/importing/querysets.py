"""Who sees which imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class JobImportQuerySet(models.QuerySet):
    """Rows of imports."""

    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may post."""
        return self.filter(company__in=companies_where(user, Right.POST_JOBS))

    def with_shown(self) -> Self:
        """With all that an import shows, at no extra query."""
        return self.select_related("company", "started_by", "file")
