"""Who sees which block, and between whom one stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class BlockQuerySet(models.QuerySet):
    """Blocks; each is its maker's secret."""

    def for_user(self, user: User) -> Self:
        """Keep those that this person made."""
        return self.filter(blocker=user)

    def with_target(self) -> Self:
        """Bring the blocked person and company along."""
        return self.select_related("person", "company")

    def between(self, person_id: int, others: Iterable[int]) -> Self:
        """Keep those that stand between a person and others, whoever made them."""
        people = list(others)
        return self.filter(Q(blocker=person_id, person__in=people) | Q(blocker__in=people, person=person_id))
