"""Sending one mail: claim the row, write the letter, speak SMTP, note the outcome.

The claim is one conditional UPDATE, so one sender has the mail. Its lease outlives the task's hard
time limit: an expired lease means a dead sender. What cannot be excluded is a sender that dies after
the mail server said yes and before the row says so; see docs/decisions/0080.
"""

from __future__ import annotations

import logging
import random
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Case, F, Q, When
from django.utils import timezone

from notifications.deliverability.services import takes_no
from notifications.mail.letters import Moot, write_letter
from notifications.mail.models import Mail, MailStatus

logger = logging.getLogger(__name__)

# A mail takes well under a second; a sender that hangs is killed, so that a dead one's mail leaves half a minute later.
HARD_SECONDS = 16
LEASE = timedelta(seconds=HARD_SECONDS + 4)
MAX_ATTEMPTS = 10
MAX_DEATHS = 3  # of the process, while it held the mail
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 3600 * 4


def claim(mail_id: int) -> Mail | None:
    """Take the mail for this sender alone, or return None: not due, in other hands, or done."""
    now = timezone.now()
    free = Q(status=MailStatus.QUEUED, due_at__lte=now) | Q(status=MailStatus.SENDING, leased_until__lt=now)
    taken = Mail.objects.filter(free, pk=mail_id).update(
        status=MailStatus.SENDING,
        attempts=F("attempts") + 1,
        # Who takes over a lease that ran out follows a sender that died.
        deaths=F("deaths") + Case(When(status=MailStatus.SENDING, then=1), default=0),
        leased_until=now + LEASE,
        updated_at=now,
    )
    return Mail.objects.select_related("recipient").get(pk=mail_id) if taken else None


def send(mail_id: int) -> None:
    """Send the mail if it is free and still wanted; takes up to a few seconds of SMTP.

    Raises nothing that the mail server says: a passing trouble puts the row back with a later
    ``due_at``, a lasting one marks it failed. A defect in our own code leaves it to its lease.
    """
    mail = claim(mail_id)
    if mail is None:
        return
    if mail.deaths >= MAX_DEATHS or mail.attempts > MAX_ATTEMPTS:
        logger.error("Mail %s is given up: %s senders died on it, in %s attempts.", mail.pk, mail.deaths, mail.attempts)
        conclude(mail, MailStatus.FAILED, last_error=mail.last_error or "Its sender died again and again.")
        return
    if takes_no(mail):
        conclude(mail, MailStatus.MOOT, last_error="The address takes no mails.")
        return
    try:
        message = compose(mail)
    except Moot as reason:
        conclude(mail, MailStatus.MOOT, last_error=str(reason))
        return
    try:
        transmit(mail, message)
    except (OSError, smtplib.SMTPException) as error:
        put_back_or_fail(mail, error)


def compose(mail: Mail) -> EmailMultiAlternatives:
    """Return the message as it leaves. Raises Moot when the fact no longer concerns its reader."""
    letter, headers = write_letter(mail)
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to_address],
        headers={
            "Message-ID": mail.message_id(),
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.language,
            **headers,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def transmit(mail: Mail, message: EmailMultiAlternatives) -> None:
    """Speak SMTP, and note acceptance before the connection is closed: a failing QUIT is no failure."""
    connection = get_connection()
    connection.open()
    try:
        connection.send_messages([message])
        conclude(mail, MailStatus.SENT, sent_at=timezone.now(), last_error="")
    finally:
        connection.close()


def put_back_or_fail(mail: Mail, error: Exception) -> None:
    """Try again later, with longer and longer pauses, unless the server said never."""
    reason = f"{type(error).__name__}: {error}"[:500]
    if is_permanent(error) or mail.attempts >= MAX_ATTEMPTS:
        conclude(mail, MailStatus.FAILED, last_error=reason)
        return
    pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (mail.attempts - 1))
    due_at = timezone.now() + timedelta(seconds=pause * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
    conclude(mail, MailStatus.QUEUED, due_at=due_at, handed_over_at=None, last_error=reason)


def is_permanent(error: Exception) -> bool:
    """Say whether the server refused this mail for good (5yz to sender, recipient or data)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError) and error.smtp_code >= 500


def conclude(mail: Mail, status: MailStatus, **fields: object) -> None:
    """Note the outcome, if the mail is still ours: ``attempts`` is the fencing token of the lease."""
    noted = Mail.objects.filter(pk=mail.pk, status=MailStatus.SENDING, attempts=mail.attempts).update(
        status=status, leased_until=None, updated_at=timezone.now(), **fields
    )
    if not noted:
        logger.error("Mail %s was taken over before its sender could note %s.", mail.pk, status)
