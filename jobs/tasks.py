"""What postings owe the clock."""

from __future__ import annotations

from celery import shared_task

from jobs.insight import services
from jobs.services.scheduling import publish_due_jobs


@shared_task(name="jobs.publish_due", time_limit=120, soft_time_limit=110)
def publish_due() -> int:
    """Publish what was scheduled for a moment that has come; returns how many postings went live."""
    return publish_due_jobs()


@shared_task(name="jobs.fold_visits", time_limit=120, soft_time_limit=110)
def fold_visits() -> int:
    """Add waiting visits to their days; returns how many."""
    return services.fold_visits()
