"""Judging what was sent."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from applications.blind.veil import Veil
from applications.models import Application
from jobs.matching.documents import offered_of_document
from jobs.matching.reading import asked_of_jobs
from jobs.matching.scoring import match_of
from jobs.matching.services import Verdict
from jobs.models import Job
from umemployed.audit.record import record


@transaction.atomic
def match_of_application(*, actor: User, application: Application, veil: Veil) -> Verdict:
    """Return the match of the frozen résumé with the posting as it is now, so that applicants compare.

    ``application`` is one that the actor may view for its team, and ``veil`` its veil: only what passes it is
    judged, so the evidence of a blind review can tell nothing else. Who looked is recorded.
    """
    resume = veil.capsule(application.capsule.content).get("resume") or {}
    job = Job.objects.with_parts().get(pk=application.job_id)
    asked = asked_of_jobs([job])[job.pk]
    offered = offered_of_document(resume)
    record("application:match_read", actor=actor, target=application)
    return Verdict(match_of(asked, offered), asked, offered)
