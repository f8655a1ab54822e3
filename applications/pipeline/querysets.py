"""Who may see which template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class StageTemplateQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may view applications."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS))

    def with_stages(self) -> Self:
        """With the stages, by one more query for all."""
        return self.prefetch_related("stages")
