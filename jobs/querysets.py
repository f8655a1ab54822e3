"""Who may see which posting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.utils import timezone

from companies.models import Membership
from companies.rights import Right, companies_where
from jobs.models.vocabulary import Status
from jobs.visibility import readable_by_rule

if TYPE_CHECKING:
    from accounts.models import User


def is_published(now: datetime | None = None) -> Q:
    """Return the condition of being public at this moment."""
    return Q(status=Status.LIVE) & (Q(expires_at=None) | Q(expires_at__gt=now or timezone.now()))


class JobQuerySet(models.QuerySet):
    """Postings; ``published()`` is the public's view of them."""

    def published(self, now: datetime | None = None) -> Self:
        """Those that are live and not expired at this moment."""
        return self.filter(is_published(now))

    def of_my_companies(self, user: User) -> Self:
        """Those of the companies that one is a member of, in every state."""
        return self.filter(company__in=Membership.objects.filter(user_id=user.pk).values("company_id"))

    def for_user(self, user: User | AnonymousUser) -> Self:
        """The public ones, those of one's companies, and those that one is tied to (``jobs.visibility``)."""
        if not user.is_authenticated:
            return self.published()
        mine = Q(company__in=Membership.objects.filter(user_id=user.pk).values("company_id"))
        return self.filter(is_published() | mine | readable_by_rule(user))

    def with_rights_of(self, user: User | AnonymousUser) -> Self:
        """With what this person is to each posting; no extra query.

        ``is_ours``: a member of its company; ``is_postable``: may edit and move it; ``is_approver``: may
        approve postings of the company; ``is_own``: wrote or submitted it.
        """
        if not user.is_authenticated:
            names = ("is_ours", "is_postable", "is_approver", "is_own")
            return self.annotate(**dict.fromkeys(names, Value(False)))
        teams = Membership.objects.filter(user_id=user.pk).values("company_id")
        conditions = {
            "is_ours": Q(company__in=teams),
            "is_postable": Q(company__in=companies_where(user, Right.POST_JOBS)),
            "is_approver": Q(company__in=companies_where(user, Right.APPROVE_JOBS)),
            "is_own": Q(created_by_id=user.pk, created_by__isnull=False)
            | Q(submitted_by_id=user.pk, submitted_by__isnull=False),
        }
        return self.annotate(
            **{name: ExpressionWrapper(rule, output_field=BooleanField()) for name, rule in conditions.items()}
        )

    def with_company(self) -> Self:
        """With the company and the category at no extra query."""
        return self.select_related("company", "category")

    def with_parts(self) -> Self:
        """With places, skills and questions: four queries, whatever the number of postings."""
        return self.with_company().prefetch_related("locations", "skills__skill", "questions")
