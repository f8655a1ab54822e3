"""Asking to be erased, and calling it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from umemployed.api.errors import Conflict, NotFound
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy.events import ErasureCancelled, ErasureRequested
from umemployed.privacy.models import Erasure
from umemployed.privacy.registry import REGISTRY
from umemployed.privacy.vocabulary import Cause, ErasureStatus


class ErasureAlreadyRequested(Conflict):
    code = "erasure_already_requested"
    title = _("You have asked for this already")
    cause = _("An erasure of this account waits for its day, or is being carried out.")
    cure = _("Read it at /api/v1/me/erasure/; while it waits it can be cancelled.")


def request_erasure(*, actor: Any) -> Erasure:
    """Begin the cooling-off period of one's own erasure; the caller has established who asks.

    Raises ErasureAlreadyRequested, and whatever an app's guard raises (``register_guard``), e.g. that a company
    would be left without an owner.
    """
    try:
        with transaction.atomic():
            person = get_user_model()._default_manager.select_for_update(no_key=True).get(pk=actor.pk)
            for guard in REGISTRY.guards:
                guard(person)
            erasure = plan(person, cause=Cause.ASKED, due_at=timezone.now() + settings.ERASURE_COOLING_OFF)
            record("erasure:requested", actor=person, target=erasure)
            publish(ErasureRequested(erasure.pk), aggregate=person, actor=person)
            return erasure
    except IntegrityError as error:
        raise ErasureAlreadyRequested from error


def plan(person: Any, *, cause: Cause, due_at: datetime) -> Erasure:
    """Insert the row of an erasure to come. Raises IntegrityError when one is open already."""
    return Erasure.objects.create(person=person, cause=cause, due_at=due_at)


@transaction.atomic
def cancel_erasure(*, actor: Any) -> None:
    """Call one's own erasure off; exactly one of this and the execution wins. Raises NotFound."""
    waiting = Erasure.objects.filter(person=actor, status=ErasureStatus.WAITING)
    erasure = waiting.select_for_update().first()
    if erasure is None or not waiting.update(status=ErasureStatus.CANCELLED, updated_at=timezone.now()):
        raise NotFound
    record("erasure:cancelled", actor=actor, target=erasure)
    publish(ErasureCancelled(erasure.pk), aggregate=actor, actor=actor)


def open_erasure_of(person: Any) -> Erasure | None:
    """Return the erasure that waits or is carried out, if there is one."""
    return Erasure.objects.filter(person=person, status=ErasureStatus.WAITING).first()
