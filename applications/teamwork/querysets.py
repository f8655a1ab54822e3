"""Who may see which notes, tags and ratings: the team of the application, and nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class OfTeamQuerySet(models.QuerySet):
    """Rows that hang on an application."""

    def for_user(self, user: User) -> Self:
        """Those on applications that one views as one of the team."""
        from applications.models.core import Application

        return self.filter(application__in=Application.objects.of_team(user, veiled=True))

    def with_author(self) -> Self:
        """With the author's name at no extra query."""
        return self.select_related("author")


class NoteQuerySet(OfTeamQuerySet):
    def with_parties(self) -> Self:
        """With the author, and by one more query who is mentioned."""
        return self.with_author().prefetch_related("mentions__person")


class RatingQuerySet(OfTeamQuerySet):
    pass


class TagQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those of the companies for which one may view applications."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS))
