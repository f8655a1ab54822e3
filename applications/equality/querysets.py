"""Who may see which report. A single declaration is seen by nobody but its person, through the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class EqualityReportQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may view applications."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS))
