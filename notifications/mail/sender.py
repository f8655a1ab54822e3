"""Sending one mail: claim the row, write the letter, speak SMTP, note the outcome.

The claim is one conditional UPDATE, so one sender has the mail. Its lease outlives the task's hard
time limit: an expired lease means a dead sender. What cannot be excluded is a sender that dies after
the mail server said yes and before the row says so, and a server that takes a letter and falls silent;
see docs/decisions/0080. While the server is out for everybody the letters rest (docs/decisions/0086).
"""

from __future__ import annotations

import logging
import random
import smtplib
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import Case, F, Q, When
from django.utils import timezone

from notifications.deliverability.services import takes_no
from notifications.mail import breaker
from notifications.mail.letters import Moot, write_letter
from notifications.mail.models import Mail, MailStatus
from notifications.mail.smtp import Unanswered

logger = logging.getLogger(__name__)

# A mail takes well under a second; a sender that hangs is killed, so that a dead one's mail leaves half a minute later.
HARD_SECONDS = 16
LEASE = timedelta(seconds=HARD_SECONDS + 4)
SOFT_SECONDS = HARD_SECONDS - 2
MAX_ATTEMPTS = 10  # not counting those that are excused: the server was out for everybody
MAX_DEATHS = 3  # of the process, while it held the mail, or of the dialogue, when the server had the whole letter
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 3600 * 4
LONGEST_EXCUSED_SECONDS = 600  # a server that comes back makes them due at once
DOUBT_SECONDS = (30, 1800)  # a letter that may have been taken is not repeated in haste
TROUBLE = (OSError, smtplib.SMTPException, SoftTimeLimitExceeded)


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
    """Send the mail if it is free and still wanted; takes up to SOFT_SECONDS of SMTP.

    Raises nothing that the mail server says: a passing trouble puts the row back with a later
    ``due_at``, a lasting one marks it failed. A defect in our own code leaves it to its lease.
    """
    try:
        passage = breaker.enter()
    except breaker.Out as out:
        rest(mail_id, out)
        return
    mail = claim(mail_id)
    message = prepare(mail) if mail is not None else None
    if mail is None or message is None:
        breaker.give_back(passage)
        return
    try:
        transmit(mail, message)
    except TROUBLE as error:
        if breaker.is_of_server(error):
            put_back_or_fail(mail, error, is_excused=breaker.note_failure(error))
            return
        put_back_or_fail(mail, error)
    breaker.note_success(passage)


def rest(mail_id: int, out: breaker.Out) -> None:
    """Let the mail wait for the server; it is no try."""
    now = timezone.now()
    due_at = out.until + timedelta(seconds=random.uniform(0, 2))  # noqa: S311 - jitter
    waiting = Mail.objects.filter(pk=mail_id, status=MailStatus.QUEUED, due_at__lte=now)
    waiting.update(due_at=due_at, handed_over_at=None, updated_at=now)


def prepare(mail: Mail) -> EmailMultiAlternatives | None:
    """Return what is to be sent, or None when the mail has been concluded without: given up, or no longer needed."""
    if mail.deaths >= MAX_DEATHS or mail.attempts - mail.excused > MAX_ATTEMPTS:
        logger.error("Mail %s is given up: %s senders died on it, in %s attempts.", mail.pk, mail.deaths, mail.attempts)
        conclude(mail, MailStatus.FAILED, last_error=mail.last_error or "Its sender died again and again.")
        return None
    if takes_no(mail):
        conclude(mail, MailStatus.MOOT, last_error="The address takes no mails.")
        return None
    try:
        return compose(mail)
    except Moot as reason:
        conclude(mail, MailStatus.MOOT, last_error=str(reason))
        return None


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


def put_back_or_fail(mail: Mail, error: Exception, *, is_excused: bool = False) -> None:
    """Try again later, with longer and longer pauses, unless the server said never.

    An excused attempt does not count. One whose letter may have been taken counts as a death, so that a server
    that takes and falls silent repeats a letter no more often than dying senders do.
    """
    reason = f"{type(error).__name__}: {error}"[:500]
    excused = mail.excused + is_excused
    deaths = mail.deaths + isinstance(error, Unanswered | SoftTimeLimitExceeded)
    tries = mail.attempts - excused
    if is_permanent(error) or tries >= MAX_ATTEMPTS or deaths >= MAX_DEATHS:
        conclude(mail, MailStatus.FAILED, last_error=reason, deaths=deaths)
        return
    pause = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** max(0, tries - 1))
    if is_excused:
        pause = min(LONGEST_EXCUSED_SECONDS, breaker.PAUSE.seconds * 2 ** min(excused - 1, 10))
    if deaths > mail.deaths:
        pause = max(pause, DOUBT_SECONDS[deaths - 1])
    due_at = timezone.now() + timedelta(seconds=pause * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
    counted = {"excused": excused, "deaths": deaths, "last_error": reason}
    conclude(mail, MailStatus.QUEUED, due_at=due_at, handed_over_at=None, **counted)


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
