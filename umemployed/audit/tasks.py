"""What beat does for the audit record."""

from __future__ import annotations

from celery import shared_task

from umemployed.audit.anchors import drop_anchor


@shared_task(name="audit.drop_anchor", time_limit=120, soft_time_limit=110)
def drop() -> int:
    """Anchor the record; returns the number of the link, or 0."""
    anchor = drop_anchor()
    return anchor.seq if anchor else 0
