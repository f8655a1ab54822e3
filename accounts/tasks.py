"""Housekeeping of accounts."""

from __future__ import annotations

from celery import shared_task

from accounts.services.upkeep import purge_old


@shared_task(name="accounts.purge", time_limit=600, soft_time_limit=590)
def purge() -> int:
    """Forget sessions, links, challenges and dances that are long over; returns how many rows went."""
    return purge_old()
