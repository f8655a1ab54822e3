"""Telling candidates of rejections when their time has come.

The application's own row is the schedule: whoever locks it tells, in one transaction with its history and the
fact from which the mail is made. A worker that dies on the way has told nothing, and the next one does.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.models.core import Application, ApplicationEvent
from applications.services.acting import enact
from applications.vocabulary import ANNOUNCE, EventKind, Status

BATCH = 200


def announce_due() -> int:
    """Tell every candidate whose rejection was withheld until now; returns how many. Safe to run twice at once."""
    due = Application.objects.filter(withheld_until__lte=timezone.now()).order_by("withheld_until", "pk")
    return sum(announce_if_due(pk) for pk in due.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def announce_if_due(application_id: int) -> bool:
    """Tell one candidate, unless the rejection was taken back, put off or told meanwhile."""
    waiting = Application.objects.filter(pk=application_id, status=Status.REJECTED, withheld_until__lte=timezone.now())
    if waiting.select_for_update(no_key=True, skip_locked=True).values_list("pk").first() is None:
        return False
    application = Application.objects.with_parties().with_circumstances().get(pk=application_id)
    enact(ANNOUNCE, application, who_rejected(application), reason=application.rejection_reason)
    return True


def who_rejected(application: Application) -> User | None:
    """Return whose decision it is that is told; None if the account is gone."""
    entries = ApplicationEvent.objects.filter(application=application, kind=EventKind.REJECTED)
    entry = entries.select_related("actor").order_by("-pk").first()
    return entry.actor if entry is not None else None
