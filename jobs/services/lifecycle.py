"""A posting's life: the verbs that move its state."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jobs.models import Job
from umemployed.api.errors import Conflict, NotFound


class JobNotOpen(Conflict):
    code = "job_not_open"
    title = _("The job takes no applications")
    cause = _("The job is not live, or its time is over.")
    cure = _("Look for another job; the company may reopen this one.")


def lock_open_job(job_id: int) -> Job:
    """Return the posting, its row locked to the end of the transaction, if one may apply to it now.

    Closing takes the same lock, so whichever comes first wins cleanly. The company is loaded with it.
    Raises NotFound when there is no such row and JobNotOpen when it is not open at this moment.
    """
    job = Job.objects.select_related("company").select_for_update(of=("self",), no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if not job.is_open():
        raise JobNotOpen(job_status=job.status)
    return job
