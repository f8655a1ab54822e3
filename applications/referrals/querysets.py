"""Who may see which referral link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class ReferralLinkQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """One's own, and those to the jobs of companies for which one may view applications."""
        mine = companies_where(user, Right.VIEW_APPLICATIONS)
        return self.filter(Q(membership__user=user) | Q(job__company__in=mine))

    def with_counts(self) -> Self:
        """With the member, and how many applications came by each."""
        return self.select_related("membership__user").annotate(application_count=Count("credited"))
