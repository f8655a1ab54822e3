"""What the event log holds about people: ids, and now and then a text in an error."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from umemployed.events.models import Delivery, EventRecord
from umemployed.privacy.registry import Basis, Blank, Keep, Kept, declare, mentioning, mentions_of


def _failed(person: Any) -> QuerySet:
    """Return the failures whose text is about the person, or may be."""
    told = Q(event__actor=person.pk) | mentioning("last_error", mentions_of(person))
    return Delivery.objects.filter(told).exclude(last_error="")


declare(
    Delivery,
    of=_failed,
    holds=_("the error, if telling others of something that you did failed"),
    basis=Basis.INTEREST,
    kept=Kept.DAYS,
    forget=Blank({"last_error": ""}, leaves=("handler", "aggregate")),
    exported=False,
)
declare(
    EventRecord,
    of=lambda person: EventRecord.objects.filter(actor=person.pk),
    holds=_("the facts that came of what you did: numbers of rows, no texts"),
    basis=Basis.CONTRACT,
    kept=Kept.DAYS,
    forget=Keep(_("Numbers of rows that by then say nothing about you; deleted after some weeks.")),
    exported=False,
)
