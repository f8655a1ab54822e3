"""Who may see which application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from applications.vocabulary import Status
from companies.rights import Right, companies_where

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def viewed_by(user: User) -> Q:
    """Return the condition of being viewed for a team: by the role in the company, or on the job's hiring team."""
    from applications.hiring.rights import jobs_where

    right = Right.VIEW_APPLICATIONS
    return Q(company__in=companies_where(user, right)) | Q(job__in=jobs_where(user, right))


def unveiled() -> Q:
    """Return the condition that the team reads who sent it."""
    from applications.blind.conditions import veiled

    return ~veiled()


class ApplicationQuerySet(models.QuerySet):
    """A candidate sees their own; a team sees those to its company's jobs."""

    def of_candidate(self, user: User) -> Self:
        """Those that the person sent."""
        return self.filter(candidate=user)

    def of_team(self, user: User, *, veiled: bool = False) -> Self:
        """Those that the person may view for a company or on a job's hiring team; not the person's own.

        ``veiled``: with those that are read blind. Who asks for them shows them through ``blind.veil.veil_for``.
        """
        return self.filter(viewed_by(user) if veiled else viewed_by(user) & unveiled()).exclude(candidate=user)

    def for_user(self, user: User, *, veiled: bool = False) -> Self:
        """Those that the person sent, and those that the person may view for a team; ``veiled`` as in ``of_team``."""
        return self.filter(Q(candidate=user) | (viewed_by(user) if veiled else viewed_by(user) & unveiled()))

    def with_veil(self) -> Self:
        """Annotate ``is_veiled``: whether the team reads it blind."""
        from applications.blind.conditions import veiled

        return self.annotate(is_veiled=Case(When(veiled(), then=True), default=False, output_field=BooleanField()))

    def standing_as_told(self, user: User, statuses: list[str]) -> Self:
        """Those with one of these statuses; the person's own as they were told, not as it stands behind the scenes."""
        withheld = Q(candidate=user, withheld_until__isnull=False)
        told = Q(status__in=statuses) & ~withheld
        return self.filter(told | withheld if Status.ACTIVE in statuses else told)

    def of_same_person(self, user: User, public_id: UUID) -> Self:
        """Those of all whom a company takes for the sender of one application that the user sees for its team."""
        from applications.duplicates.services import group_of

        seen = self.model._base_manager.filter(viewed_by(user) & unveiled(), public_id=public_id).exclude(
            candidate=user
        )
        one = seen.values_list("company_id", "candidate_id").first()
        return self.filter(company=one[0], candidate__in=group_of(*one)) if one is not None else self.none()

    def with_parties(self) -> Self:
        """With job, company, stage, candidate and the company's reason at no extra query."""
        return self.select_related("job__company", "stage", "candidate", "company_reason")

    def with_teamwork(self) -> Self:
        """With who is in charge, and by one more query the tags."""
        return self.select_related("assignee__user").prefetch_related("tags")

    def with_circumstances(self) -> Self:
        """With what decides about actions: ``is_superseded`` by a later attempt, and ``hired_count`` of the job."""
        rows = self.model._base_manager
        later = rows.filter(job=OuterRef("job"), candidate=OuterRef("candidate"), attempt__gt=OuterRef("attempt"))
        hired = rows.filter(job=OuterRef("job"), status=Status.HIRED).order_by().values("job")
        return self.with_veil().annotate(
            is_superseded=Exists(later),
            hired_count=Coalesce(Subquery(hired.annotate(count=Count("pk")).values("count")), 0),
        )


class HistoryQuerySet(models.QuerySet):
    """Rows of the history of applications that one sees."""

    def shown_to_candidate(self) -> Self:
        """Those that say something new to the candidate."""
        return self.filter(is_shown_to_candidate=True)

    def with_parties(self) -> Self:
        """With actor, stages and the company's reason at no extra query."""
        return self.select_related("actor", "from_stage", "to_stage", "company_reason")
