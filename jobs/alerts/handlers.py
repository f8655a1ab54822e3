"""What saved searches do about postings, after the commit."""

from __future__ import annotations

from jobs.alerts.percolation import percolate
from jobs.events import JobPublished, SearchesMatched
from umemployed.events.log import Meta, on, publish


@on(JobPublished)
def look_for_searches(event: JobPublished, meta: Meta) -> None:
    """Find the saved searches that a new posting is news to; edits and reopenings are none."""
    if percolate(job_id=event.job_id):
        # A lane of its own: who tells thousands must not keep the posting's other facts waiting.
        publish(SearchesMatched(event.job_id), aggregate=f"jobs.alerts:{event.job_id}")
