"""Who may see which offer, and what decides about its actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from applications.offers.vocabulary import LIVE, OfferStatus
from applications.vocabulary import Status

if TYPE_CHECKING:
    from accounts.models import User


def count_of(rows: models.QuerySet, by: str) -> Coalesce:
    """Return how many of ``rows`` there are, as one subquery; 0 for none."""
    grouped = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), Value(0))


class OfferQuerySet(models.QuerySet):
    """A candidate sees what was sent to them; a team sees those of the applications that it views."""

    def of_candidate(self, user: User) -> Self:
        """Those that were sent to the person."""
        return self.filter(application__candidate=user, sent_at__isnull=False)

    def of_team(self, user: User) -> Self:
        """Those on applications that the person views for a team."""
        return self.filter(application__in=applications().of_team(user).values("pk"))

    def for_user(self, user: User) -> Self:
        """Those that the person may see on either side."""
        mine = Q(application__candidate=user, sent_at__isnull=False)
        return self.filter(mine | Q(application__in=applications().of_team(user).values("pk")))

    def standing(self) -> Self:
        """Those that promise an opening: sent and not over, or accepted by somebody who is not turned down."""
        return self.filter(
            Q(status=OfferStatus.SENT, expires_at__gt=Now()) | Q(status=OfferStatus.ACCEPTED),
            application__status=Status.ACTIVE,
        )

    def held(self) -> Self:
        """Those that their candidate reads as standing: sent, perhaps being changed since, or accepted; not over."""
        over = Q(status=OfferStatus.SENT, expires_at__lte=Now())
        return self.filter(~over, status__in=LIVE, sent_at__isnull=False)

    def overdue(self) -> Self:
        """Those that are sent, and whose time is over."""
        return self.filter(status=OfferStatus.SENT, expires_at__lte=Now())

    def with_parties(self) -> Self:
        """With terms, application, job, company and candidate at no extra query."""
        return self.select_related(
            "terms", "sent_terms", "application__job__company", "application__candidate", "application__stage"
        )

    def with_circumstances(self, reader_id: int | None) -> Self:
        """With what decides about actions.

        ``hired_count`` and ``promised_count`` of the job, ``approvals_required`` by the company,
        ``approval_count`` of the terms, and ``approved_by_reader``.
        """
        from applications.offers.models import OfferApproval, OfferPolicy

        hired = applications().filter(job=OuterRef("application__job"), status=Status.HIRED)
        others = type(self)(self.model).standing().filter(application__job=OuterRef("application__job"))
        approvals = OfferApproval.objects.filter(terms=OuterRef("terms"))
        policy = OfferPolicy.objects.filter(company=OuterRef("application__company"))
        return self.annotate(
            hired_count=count_of(hired, "job"),
            promised_count=count_of(others.exclude(pk=OuterRef("pk")), "application__job"),
            approval_count=count_of(approvals, "terms"),
            approved_by_reader=Exists(approvals.filter(approver=reader_id)),
            approvals_required=Coalesce(Subquery(policy.values("approvals_required")), Value(0)),
        )


def applications() -> Any:
    """Return all applications; asked for late, because their models load after this room."""
    from applications.models.core import Application

    return Application.objects.all()
