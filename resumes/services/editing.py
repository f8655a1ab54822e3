"""What every change of a résumé goes through: the lock before, and the touch after."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from resumes.completeness import missing_of, score_of, section_counts
from resumes.events import ResumeChanged
from resumes.models import Resume
from umemployed.api.errors import Conflict, NotFound
from umemployed.api.preconditions import check_version
from umemployed.audit.record import record
from umemployed.events.log import publish


class ResumeIncomplete(Conflict):
    code = "resume_incomplete"
    title = _("The résumé is not complete")
    cause = _("A published résumé needs everything that `missing` lists.")
    cure = _("Fill in what is missing, or unpublish the résumé before you take it out.")


def lock_resume(*, actor: User, resume_id: int, expected_version: int | None) -> Resume:
    """Return the actor's résumé, locked until the transaction ends.

    Raises NotFound when it is not the actor's and PreconditionFailed when it is no longer the expected
    version; None expects nothing. The lock lets others refer to the row meanwhile (FOR NO KEY UPDATE).
    """
    resume = Resume.objects.for_user(actor).select_for_update(no_key=True).filter(pk=resume_id).first()
    if resume is None:
        raise NotFound
    if expected_version is not None:
        check_version(resume, expected_version)
    return resume


def touch(resume: Resume, *, actor: User, verb: str, **details: Any) -> Resume:
    """Save the locked résumé as its next version, with what follows from its content, and record the verb.

    Raises ResumeIncomplete when it is published and would lack something.
    """
    counts = section_counts(resume)
    resume.version += 1
    resume.completeness = score_of(resume, counts)
    resume.missing = missing_of(resume, counts)
    if resume.is_published() and resume.missing:
        raise ResumeIncomplete(missing=resume.missing)
    resume.save()
    record(f"resume:{verb}", actor=actor, target=resume, version=resume.version, **details)
    if resume.is_published():
        publish(ResumeChanged(resume.pk), aggregate=resume, actor=actor)
    return resume
