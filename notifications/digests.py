"""The summary of the day: what people asked to hear once a day, in one mail, at their hour."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from notifications.hours import last_time
from notifications.mail.models import MailQueue
from notifications.mail.services import post_mail
from notifications.models import EARLY, Notification

LONGEST = 50  # lines in one mail; the link leads to the rest


def post_digests(*, now: datetime | None = None) -> int:
    """Owe one summary to everybody whose hour has come since something began to wait; return how many.

    Each person is one transaction: killed in the middle, it goes on with the others at the next call, and a
    person is never owed two for the same news, because taking the news out of the queue and owing the mail
    is one commit. One query for all who wait, then two for each whose hour has come.
    """
    now = now or timezone.now()
    waiting = Notification.objects.filter(awaits_digest=True).order_by("recipient").values("recipient")
    columns = ("recipient", "since", "recipient__timezone", "recipient__notification_hours__digest_hour")
    people = waiting.annotate(since=Min("created_at")).values_list(*columns).iterator(chunk_size=1000)
    return sum(
        post_digest(person, until)
        for person, since, zone, hour in people
        if since < (until := last_time(EARLY if hour is None else hour, zone, now))
    )


@transaction.atomic
def post_digest(recipient_id: int, until: datetime) -> bool:
    """Owe one person the summary of what waited at that moment; False when somebody else just did."""
    rows = Notification.objects.filter(recipient_id=recipient_id, awaits_digest=True, created_at__lt=until)
    ids = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    if not ids:
        return False
    Notification.objects.filter(pk__in=ids).update(awaits_digest=False)
    reader = get_user_model().objects.get(pk=recipient_id)
    post_mail(
        fact=f"digest:{ids[-1]}:{recipient_id}",
        kind="digest",
        recipient=reader,
        to_address=reader.email,
        language=reader.language,
        queue=MailQueue.BULK,
        notification_ids=ids[-LONGEST:],
    )
    return True
