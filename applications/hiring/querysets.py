"""Who may see which hiring team."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.models import Membership

if TYPE_CHECKING:
    from accounts.models import User


class JobMemberQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """The teams of all jobs of the companies that one belongs to."""
        return self.filter(job__company__in=Membership.objects.filter(user_id=user.pk).values("company_id"))

    def with_person(self) -> Self:
        """With the member's name at no extra query."""
        return self.select_related("membership__user")
