"""The company's name is in the index of its postings; when it changes, their rows are made anew."""

from __future__ import annotations

from companies.models import Company
from jobs.events import PostingsIndexedAnew
from jobs.models import Job, Status
from jobs.search.index import index_jobs
from umemployed.events.log import publish

STRETCH = 500  # postings of one transaction; about a second


def index_company_anew(*, company_id: int, after: int) -> int:
    """Index a stretch of live postings, by key, behind ``after``; returns how many, and tells where to go on.

    Must run in a transaction. The postings are locked first: an edit that is under way would otherwise be
    overwritten by what the posting said before it.
    """
    jobs = Job.objects.filter(company_id=company_id, status=Status.LIVE, is_anonymous=False, pk__gt=after)
    locked = jobs.select_for_update(of=("self",), no_key=True).order_by("pk")
    job_ids = list(locked.values_list("pk", flat=True)[:STRETCH])
    if job_ids:
        index_jobs(job_ids)
    company = Company.objects.filter(pk=company_id).first()
    if len(job_ids) == STRETCH and company is not None:
        publish(PostingsIndexedAnew(company_id, job_ids[-1]), aggregate=company)
    return len(job_ids)
