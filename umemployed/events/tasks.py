"""What beat does for the outbox."""

from __future__ import annotations

from celery import shared_task

from umemployed.events.relay import Relay
from umemployed.events.upkeep import purge_told_events


@shared_task(name="events.sweep", time_limit=60, soft_time_limit=50)
def sweep() -> int:
    """Deliver what is due for at most 20 s: the house keeps telling facts while no relay process lives."""
    return Relay().drain(seconds=20)


@shared_task(name="events.purge", time_limit=600, soft_time_limit=590)
def purge() -> int:
    """Forget events that everybody was told of long ago."""
    return purge_told_events()
