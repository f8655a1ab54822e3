"""Who may see what of a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from accounts.models import User


class CompanyQuerySet(models.QuerySet):
    def for_user(self, user: User | AnonymousUser) -> CompanyQuerySet:
        """Every company's page is public."""
        return self

    def with_my_role(self, user: User | AnonymousUser) -> CompanyQuerySet:
        """With ``my_role``: the person's role in each, or None."""
        from companies.models import Membership

        mine = Membership.objects.filter(company=models.OuterRef("pk"), user_id=user.pk or 0)
        return self.annotate(my_role=models.Subquery(mine.values("role")))

    def of_member(self, user: User | AnonymousUser) -> CompanyQuerySet:
        """Those that a person belongs to."""
        return self.filter(memberships__user_id=user.pk)


class MembershipQuerySet(models.QuerySet):
    def for_user(self, user: User) -> MembershipQuerySet:
        """The whole team of each company that one belongs to."""
        return self.filter(company__memberships__user_id=user.pk)

    def with_person(self) -> MembershipQuerySet:
        """With the member's name and address at no extra query."""
        return self.select_related("user")


class InvitationQuerySet(models.QuerySet):
    def for_user(self, user: User) -> InvitationQuerySet:
        """Those of the companies whose members one manages."""
        from companies.rights import Right, companies_where

        return self.filter(company__in=companies_where(user, Right.MANAGE_MEMBERS))

    def open(self) -> InvitationQuerySet:
        """Those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=Now())

    def with_inviter(self) -> InvitationQuerySet:
        """With the inviter's name at no extra query."""
        return self.select_related("invited_by")
