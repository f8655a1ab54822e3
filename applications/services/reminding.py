"""Reminding teams of the answers that they promised."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from applications.events import ReplyFallsDue
from applications.models import Application
from applications.vocabulary import Status
from umemployed.events.log import publish

LEAD = timedelta(days=1)  # so that the promise can still be kept
BATCH = 500


def remind_of_promises() -> int:
    """Remind each team once of each answer that falls due; returns how many. Safe to run twice at once."""
    owed = Application.objects.filter(
        status=Status.ACTIVE, answered_at=None, reminded_at=None, reply_due_at__lte=timezone.now() + LEAD
    )
    return sum(remind(pk) for pk in owed.order_by("reply_due_at", "pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def remind(application_id: int) -> bool:
    """Remind of one: one conditional update decides who does, and the fact is written with it."""
    owed = Application.objects.filter(pk=application_id, status=Status.ACTIVE, answered_at=None, reminded_at=None)
    if not owed.update(reminded_at=timezone.now()):
        return False
    publish(ReplyFallsDue(application_id), aggregate=f"applications.application:{application_id}")
    return True
