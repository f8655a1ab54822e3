"""What offers do by the clock."""

from __future__ import annotations

from celery import shared_task

from applications.offers.services import EXPIRE_AT_ONCE, expire_offers


@shared_task(name="applications.expire_offers")
def expire() -> None:
    """Mark what is over as expired. Idempotent, and two at once share the rows."""
    while expire_offers() == EXPIRE_AT_ONCE:
        continue
