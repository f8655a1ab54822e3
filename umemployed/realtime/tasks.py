"""What beat does for the sockets' tables."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from umemployed.realtime.models import Frame, Ticket
from umemployed.realtime.stream import KEPT


@shared_task(name="realtime.purge", time_limit=600, soft_time_limit=590)
def purge() -> int:
    """Forget frames that are too old to be replayed, and tickets that nobody used; returns how many frames."""
    now = timezone.now()
    Ticket.objects.filter(expires_at__lt=now).delete()
    return Frame.objects.filter(at__lt=now - KEPT)._raw_delete(using="default")
