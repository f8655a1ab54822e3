"""The receipt of the employer's first look."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications.events import ApplicationSeen
from applications.models import Application
from applications.services.acting import visible, write_history
from applications.vocabulary import EventKind
from umemployed.events.log import publish


@transaction.atomic
def mark_seen(*, actor: User, application_id: int) -> None:
    """Note that the team opened the application, once; does nothing for the candidate."""
    application = visible(actor, application_id).filter(seen_at=None).exclude(candidate=actor)
    if not application.update(seen_at=timezone.now()):
        return
    row = Application.objects.select_related("stage").get(pk=application_id)
    write_history(row, EventKind.SEEN, actor=actor, shown=True)
    publish(ApplicationSeen(row.pk), aggregate=row, actor=actor)
