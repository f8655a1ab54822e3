"""What beat does for files."""

from __future__ import annotations

from celery import shared_task

from umemployed.files.services import inspect_waiting, purge_orphans


@shared_task(name="files.inspect_waiting", time_limit=300, soft_time_limit=280)
def inspect_waiting_files() -> int:
    """Inspect files that came while the scanner was away."""
    return inspect_waiting()


@shared_task(name="files.purge", time_limit=600, soft_time_limit=590)
def purge() -> int:
    """Delete files that nothing refers to."""
    return purge_orphans()
