"""What notifications hold about people."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import (
    Mail,
    MailReport,
    MailServer,
    Notification,
    NotificationHours,
    NotificationPreference,
    SuppressedAddress,
)
from umemployed.privacy.registry import Basis, Delete, Kept, addresses_of, declare, nothing


def _mailed(person: Any) -> QuerySet:
    return Mail.objects.filter(Q(recipient=person) | Q(to_address__in=addresses_of(person)))


def _suppressed(person: Any) -> QuerySet:
    return SuppressedAddress.objects.filter(address__in=addresses_of(person))


def _reported(person: Any) -> QuerySet:
    return MailReport.objects.filter(address__in=addresses_of(person))


declare(
    Notification,
    of="recipient",
    holds=_("what you were told in the app"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    NotificationPreference,
    of="user",
    holds=_("what you want to be told, and how"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    NotificationHours,
    of="user",
    holds=_("at which hours you want to be told"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    SuppressedAddress,
    of=_suppressed,
    holds=_("that an address of yours takes no mails"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    MailReport,
    of=_reported,
    holds=_("what mail providers reported about mails to you"),
    basis=Basis.INTEREST,
    kept=Kept.ACCOUNT,
    forget=Delete(),
)
declare(
    Mail,
    of=_mailed,
    holds=_("which mails we sent you, and where to; not their words"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Delete(),
    hide=("context", "last_error", "fact"),
    last=True,
)
nothing(MailServer, because=_("How the service is that takes our mails."))
