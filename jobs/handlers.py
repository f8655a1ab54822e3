"""What postings do about their own facts, after the commit."""

from __future__ import annotations

from companies.events import CompanyRenamed
from jobs.events import JobEdited, JobPublished, JobReopened, PostingsIndexedAnew
from jobs.moderation.services import examine_job
from jobs.search.renaming import index_company_anew
from umemployed.events.log import Meta, on


@on(JobPublished, JobEdited, JobReopened)
def look_at_a_posting(event: JobPublished | JobEdited | JobReopened, meta: Meta) -> None:
    """Keep what looks wrong about what the public reads now, for moderators."""
    examine_job(job_id=event.job_id)


@on(CompanyRenamed)
def find_postings_under_the_new_name(event: CompanyRenamed, meta: Meta) -> None:
    """Index the company's postings anew, the first stretch of them."""
    index_company_anew(company_id=event.company_id, after=0)


@on(PostingsIndexedAnew)
def go_on_indexing_anew(event: PostingsIndexedAnew, meta: Meta) -> None:
    """Index the next stretch; each is a transaction of its own."""
    index_company_anew(company_id=event.company_id, after=event.up_to)
