"""What the pipeline does when something happens below."""

from __future__ import annotations

from applications.services import stages_of
from jobs.events import JobPublished
from jobs.services.lifecycle import lock_row
from umemployed.events.log import Meta, on


@on(JobPublished)
def lay_out_the_pipeline(event: JobPublished, meta: Meta) -> None:
    """Give a job that goes live its stages, so that its board can be looked at before anybody applies."""
    stages_of(lock_row(event.job_id))
