"""What an application sends, frozen at the moment when it is sent."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from applications.canonical import digest
from applications.models import Application, Capsule
from jobs.snapshot import snapshot_of as posting_of
from resumes.jsonresume import document_of
from resumes.models import Resume

SHAPE = 1
CONSENT = gettext_noop("The company may keep this application and contact me about it.")


def freeze(application: Application, *, resume: Resume, answers: list[dict[str, Any]], cover_letter: str) -> Capsule:
    """Write the capsule; one query, if job and résumé come with their parts.

    What marks an answer for the team is not part of it: the candidate reads it, too.
    """
    content = {
        "shape": SHAPE,
        "application": str(application.public_id),
        "submitted_at": timezone.now().isoformat(),
        "candidate": {
            "id": str(application.candidate.public_id),
            "name": application.candidate.full_name,
            "email": application.candidate.email,
        },
        "job_version": application.job.version,
        "posting": posting_of(application.job),
        "resume_version": resume.version,
        "resume": document_of(resume),
        "answers": [{name: value for name, value in answer.items() if name != "knocked_out"} for answer in answers],
        "cover_letter": cover_letter,
        "consent": gettext(CONSENT),
    }
    return Capsule.objects.create(application=application, content=content, sha256=digest(content))


def is_untouched(capsule: Capsule) -> bool:
    """Say whether the content still has the hash that it was frozen with."""
    return digest(capsule.content) == capsule.sha256
