"""What saved searches do about postings, after the commit."""

from __future__ import annotations

from jobs.alerts.percolation import percolate
from jobs.events import JobPublished
from umemployed.events.log import Meta, on


@on(JobPublished)
def look_for_searches(event: JobPublished, meta: Meta) -> None:
    """Find the saved searches that a new posting is news to; edits and reopenings are none."""
    percolate(job_id=event.job_id)
