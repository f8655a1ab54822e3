"""Which subscription counts."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q


class SubscriptionQuerySet(models.QuerySet):
    """Subscriptions of people and companies."""

    def of(self, subject: models.Model) -> Self:
        """Return those of one person or company."""
        return self.filter(**{subject_field(subject): subject.pk})

    def entitling(self, now: datetime) -> Self:
        """Return those whose plan counts at ``now``; the twin of ``Subscription.is_entitling``."""
        return self.filter(
            Q(current_period_end_at=None) | Q(current_period_end_at__gt=now),
            status__in=("active", "past_due"),
            current_period_start_at__lte=now,
        )


def subject_field(subject: models.Model) -> str:
    """Name the column that refers to such a subject: ``user`` or ``company``."""
    label = subject._meta.model_name
    if label not in ("user", "company"):
        raise TypeError(f"A {label} subscribes to nothing; give a person or a company.")
    return label
