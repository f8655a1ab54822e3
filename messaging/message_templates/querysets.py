"""Who may use which template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class MessageTemplateQuerySet(models.QuerySet):
    """Templates of the companies for which one messages candidates."""

    def for_user(self, user: User) -> Self:
        """Keep those of companies where this person may message candidates."""
        return self.filter(company__in=companies_where(user, Right.MESSAGE_CANDIDATES))

    def with_company(self) -> Self:
        """Bring company and author along."""
        return self.select_related("company", "author")
