"""What assessments do by the clock."""

from __future__ import annotations

from celery import shared_task

from applications.assessments.services import FINISH_AT_ONCE, finish_overdue


@shared_task(name="applications.finish_overdue_assessments")
def finish_attempts() -> None:
    """Mark what ran out of time. Idempotent, and two at once share the rows."""
    while finish_overdue() == FINISH_AT_ONCE:
        continue
