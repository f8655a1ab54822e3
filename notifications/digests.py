"""The summary of the day: what people asked to hear once a day, in one mail."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import transaction

from notifications.mail.models import MailQueue
from notifications.mail.services import post_mail
from notifications.models import Notification

LONGEST = 50  # lines in one mail; the link leads to the rest


def post_digests() -> int:
    """Owe one summary to everybody with something in it; return how many. Each person is one transaction.

    Killed in the middle, it goes on with the others at the next call; a person is never owed two for
    the same news, because taking the news out of the queue and owing the mail is one commit.
    """
    waiting = Notification.objects.filter(awaits_digest=True).order_by("recipient").values_list("recipient", flat=True)
    return sum(post_digest(recipient_id) for recipient_id in waiting.distinct().iterator(chunk_size=1000))


@transaction.atomic
def post_digest(recipient_id: int) -> bool:
    """Owe one person the summary of what waits for it; False when somebody else just did."""
    rows = Notification.objects.filter(recipient_id=recipient_id, awaits_digest=True).select_for_update()
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
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
