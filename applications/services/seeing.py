"""The receipt of the employer's first look."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from applications.events import ApplicationSeen
from applications.models import Application
from applications.pipeline.policy import policy_of
from applications.services.acting import visible, write_history
from applications.vocabulary import EventKind
from umemployed.events.log import publish


@transaction.atomic
def mark_seen(*, actor: User, application_id: int) -> None:
    """Note that the team opened the application, once; does nothing for the candidate.

    Whether the candidate is told is the company's policy at that moment.
    """
    application = visible(actor, application_id).filter(seen_at=None).exclude(candidate=actor)
    company_id = application.values_list("company_id", flat=True).first()
    if company_id is None:
        return
    told = policy_of(company_id).tells_first_look
    if not application.update(seen_at=timezone.now(), is_seen_told=told, told_version=F("told_version") + int(told)):
        return
    row = Application.objects.select_related("stage").get(pk=application_id)
    write_history(row, EventKind.SEEN, actor=actor, shown=told)
    publish(ApplicationSeen(row.pk), aggregate=row, actor=actor)


@transaction.atomic
def mark_answered(*, application_id: int) -> None:
    """Note that the team answered the candidate in some way, once; messages call this, too."""
    owed = Application.objects.filter(pk=application_id, answered_at=None)
    owed.update(answered_at=timezone.now(), updated_at=timezone.now())
