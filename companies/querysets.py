"""Who may see what of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from accounts.models import User


class CompanyQuerySet(models.QuerySet):
    def for_user(self, user: User) -> CompanyQuerySet:
        """Every company's page is public."""
        return self


class MembershipQuerySet(models.QuerySet):
    def for_user(self, user: User) -> MembershipQuerySet:
        """The whole team of each company that one belongs to."""
        return self.filter(company__memberships__user=user)

    def with_person(self) -> MembershipQuerySet:
        """With the member's name at no extra query."""
        return self.select_related("user")


class InvitationQuerySet(models.QuerySet):
    def for_user(self, user: User) -> InvitationQuerySet:
        """Those of the companies whose members one manages."""
        from companies.rights import Right, companies_where

        return self.filter(company__in=companies_where(user, Right.MANAGE_MEMBERS))

    def open(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=Now())
