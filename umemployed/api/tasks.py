"""Housekeeping of the REST layer."""

from celery import shared_task

from umemployed.api.idempotency import purge_expired


@shared_task(name="api.purge_idempotency_records")
def purge_idempotency_records() -> int:
    """Forget the answers that are older than a day; beat runs it every hour."""
    return purge_expired()
