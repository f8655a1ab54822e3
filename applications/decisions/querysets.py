"""Who may see which reasons and dispositions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class CompanyReasonQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may view applications."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS))


class DispositionQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the jobs whose applications one may view."""
        from applications.hiring.rights import jobs_where

        right = Right.VIEW_APPLICATIONS
        return self.filter(Q(job__company__in=companies_where(user, right)) | Q(job__in=jobs_where(user, right)))

    def with_progress(self) -> Self:
        """With the number of items, and how many of them are pending, done and failed."""
        return self.annotate(
            total=Count("items"),
            **{f"{status}_count": Count("items", filter=Q(items__status=status)) for status in ITEM_STATUSES},
        )


ITEM_STATUSES = ("pending", "done", "failed")
