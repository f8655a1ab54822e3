"""How the public finds one posting: there, ended (410), or nothing it may know of (404)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs import services
from jobs.models import Job, Status
from jobs.querysets import is_published
from umemployed.api.errors import Gone, NotFound
from umemployed.api.views import ApiView

if TYPE_CHECKING:
    Base = ApiView
else:
    Base = object


class JobGone(Gone):
    code = "job_closed"
    title = _("The job is closed")
    cause = _("The job was public; it was closed, or its time is over.")
    cure = _("Take it off your pages; the company may reopen it under the same id.")


def publish_if_due(public_id: Any) -> None:
    """Publish a posting whose moment has come, if the clock did not yet; one query where it has not."""
    due = Job.objects.filter(public_id=public_id, status=Status.SCHEDULED, publish_at__lte=timezone.now())
    for job_id in due.values_list("pk", flat=True):
        services.publish_due_job(job_id=job_id)


def has_ended(public_id: Any, **scope: Any) -> bool:
    """Say whether the posting was public and is over for good, as far as the public is concerned; one query."""
    ended = Job.objects.filter(public_id=public_id, published_at__isnull=False, **scope)
    return ended.exclude(is_published()).exclude(status=Status.PAUSED).exists()


class PublicJobMixin(Base):
    """For views below ``jobs/{public_id}/`` that show a posting to everybody."""

    errors = [JobGone]

    def published_job(self, rows: QuerySet[Job] | None = None, **scope: Any) -> Job:
        """Return the posting of the URL that is public now. Raises JobGone and NotFound."""
        public_id = self.kwargs["public_id"]
        publish_if_due(public_id)
        job = (Job.objects.published() if rows is None else rows).filter(public_id=public_id).first()
        if job is None:
            raise JobGone if has_ended(public_id, **scope) else NotFound
        return job
