"""Who may see which application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from applications.vocabulary import Status
from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from accounts.models import User


class ApplicationQuerySet(models.QuerySet):
    """A candidate sees their own; a team sees those to its company's jobs."""

    def of_candidate(self, user: User) -> Self:
        """Those that the person sent."""
        return self.filter(candidate=user)

    def of_team(self, user: User) -> Self:
        """Those to companies in which the person may view applications; not the person's own."""
        return self.filter(company__in=companies_where(user, Right.VIEW_APPLICATIONS)).exclude(candidate=user)

    def for_user(self, user: User) -> Self:
        """Those that the person sent, and those to the person's companies."""
        return self.filter(Q(candidate=user) | Q(company__in=companies_where(user, Right.VIEW_APPLICATIONS)))

    def with_parties(self) -> Self:
        """With job, company, stage and candidate at no extra query."""
        return self.select_related("job__company", "stage", "candidate")

    def with_circumstances(self) -> Self:
        """With what decides about actions: ``is_superseded`` by a later attempt, and ``hired_count`` of the job."""
        rows = self.model._base_manager
        later = rows.filter(job=OuterRef("job"), candidate=OuterRef("candidate"), attempt__gt=OuterRef("attempt"))
        hired = rows.filter(job=OuterRef("job"), status=Status.HIRED).order_by().values("job")
        return self.annotate(
            is_superseded=Exists(later),
            hired_count=Coalesce(Subquery(hired.annotate(count=Count("pk")).values("count")), 0),
        )


class HistoryQuerySet(models.QuerySet):
    """Rows of the history of applications that one sees."""

    def shown_to_candidate(self) -> Self:
        """Those that say something new to the candidate."""
        return self.filter(is_shown_to_candidate=True)

    def with_parties(self) -> Self:
        """With actor and stages at no extra query."""
        return self.select_related("actor", "from_stage", "to_stage")
