"""What postings do about their own facts, after the commit."""

from __future__ import annotations

from jobs.events import JobEdited, JobPublished, JobReopened
from jobs.moderation.services import examine_job
from umemployed.events.log import Meta, on


@on(JobPublished, JobEdited, JobReopened)
def look_at_a_posting(event: JobPublished | JobEdited | JobReopened, meta: Meta) -> None:
    """Keep what looks wrong about what the public reads now, for moderators."""
    examine_job(job_id=event.job_id)
