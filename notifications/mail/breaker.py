"""The circuit breaker before the mail server: while it is out, one sender at a time asks, and the letters rest.

Its memory is a row, so all workers know at once what one has found out, and so do the admin and ``/metrics``. It
costs a letter one read by a unique key; only failures, and the first success after them, write.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications.mail.models import Mail, MailServer, MailStatus
from umemployed.api.errors import Forbidden
from umemployed.audit.record import record

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)
FAILURES = 3  # in a row, counted over all workers
PAUSE = timedelta(seconds=20)  # between two probes
PROBE = timedelta(seconds=20)  # a prober that has not ended by then is dead: its task's hard limit is shorter
SHORTLY = timedelta(seconds=5)  # when to ask again while another probes
UNAVAILABLE = 421  # RFC 5321: the server closes the channel, whatever it was asked


class Out(Exception):
    """The mail server is out; ask again at ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Passage:
    """The leave to speak to the server: as a probe of one that is out, or after ``had_failures``."""

    is_probe: bool = False
    had_failures: bool = False


def server_name() -> str:
    """Return which service takes our mails, as its row is named."""
    if settings.MAIL_TRANSPORT == "ses":
        return f"ses {settings.SES_REGION}"
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"[:100]


def enter() -> Passage:
    """Return the leave to speak to the server. Raises Out, at no cost to the letter, while it is out."""
    row = MailServer.objects.filter(name=server_name()).first()
    if row is None or row.out_since is None:
        return Passage(had_failures=row is not None and row.failures > 0)
    now = timezone.now()
    # One conditional UPDATE makes one prober, however many ask at this moment.
    free = MailServer.objects.filter(pk=row.pk, out_since__isnull=False, probed_at__lte=now)
    if not free.update(probed_at=now + PROBE, updated_at=now):
        raise Out(max(row.probed_at or now, now + SHORTLY))
    return Passage(is_probe=True, had_failures=True)


def give_back(passage: Passage) -> None:
    """Let another probe: this sender had nothing to say."""
    if passage.is_probe:
        MailServer.objects.filter(name=server_name(), out_since__isnull=False).update(probed_at=timezone.now())


def note_success(passage: Passage) -> None:
    """Note that the server answered, be it by a refusal; after an outage the letters that waited for it are due."""
    if not passage.had_failures:
        return
    now = timezone.now()
    fine = {"failures": 0, "out_since": None, "probed_at": None, "last_error": "", "updated_at": now}
    was_out = MailServer.objects.filter(name=server_name(), out_since__isnull=False).update(**fine)
    if not was_out:
        MailServer.objects.filter(name=server_name()).update(**fine)
        return
    waiting = Mail.objects.filter(status=MailStatus.QUEUED, due_at__gt=now, excused__gt=0)
    waiting.update(due_at=now, handed_over_at=None, updated_at=now)
    logger.warning("The mail server %s is back.", server_name())


@transaction.atomic
def note_failure(error: Exception) -> bool:
    """Count a failure of the server; return whether it is out, for this failure or by now."""
    now = timezone.now()
    MailServer.objects.get_or_create(name=server_name())
    row = MailServer.objects.select_for_update().get(name=server_name())
    row.failures += 1
    row.last_error = in_short(error)
    if row.failures >= FAILURES:
        row.probed_at = now + PAUSE
        if row.out_since is None:
            row.out_since = now
            logger.error("The mail server %s is out after %s failures: %s", row.name, row.failures, row.last_error)
    row.save()
    return row.out_since is not None


def in_short(error: Exception) -> str:
    """Return what may be kept of an error: what a server says of a letter may name its reader."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return type(error).__name__
    return f"{type(error).__name__}: {error}"[:500]


def is_of_server(error: Exception) -> bool:
    """Say whether an error tells of the server and not of one letter: no connection, no answer, no sign-in, 421."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code == UNAVAILABLE for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
        return error.smtp_code == UNAVAILABLE
    return True


@transaction.atomic
def ask_again(*, actor: User, ids: Iterable[int]) -> int:
    """Have these servers probed at once; return how many were out. Staff only, through the admin."""
    if not actor.is_staff:
        raise Forbidden
    rows = list(
        MailServer.objects.select_for_update().filter(pk__in=ids, out_since__isnull=False).order_by("pk"),
    )
    for row in rows:
        record("mail_server:asked", actor=actor, target=row)
    MailServer.objects.filter(pk__in=[row.pk for row in rows]).update(probed_at=timezone.now())
    return len(rows)


def condition() -> dict[str, object]:
    """Say how the server is, for ``/readyz``: a server that is out makes nobody unready; one query."""
    row = MailServer.objects.filter(name=server_name()).first()
    if row is None or row.out_since is None:
        return {"ok": True}
    return {"ok": False, "reason": row.last_error.partition(":")[0]}
