"""Who may see which pool, and whom in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Now

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class TalentPoolQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may view applications."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS))


class PoolEntryQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the pools that one sees for a company, who did not refuse; one never sees oneself there."""
        mine = companies_where(user, Right.VIEW_APPLICATIONS)
        return self.standing().filter(pool__company__in=mine).exclude(consent="refused").exclude(candidate=user)

    def of_candidate(self, user: User) -> Self:
        """Those that are about the person."""
        return self.standing().filter(candidate=user)

    def standing(self) -> Self:
        """Those whose time is not over."""
        return self.filter(expires_at__gt=Now())

    def with_parties(self) -> Self:
        """With pool, company, candidate and application at no extra query."""
        return self.select_related("pool__company", "candidate", "application")
