"""What one may do with a résumé now, from the table that the services obey."""

from __future__ import annotations

from resumes.models import Resume, Status
from umemployed.api.actions import Action, action_url


def actions_of(resume: Resume) -> list[Action]:
    """Return the verbs on a résumé of one's own; no query. All but ``duplicate`` want ``If-Match``."""
    incomplete = "resume_incomplete" if resume.missing else ""
    return [
        verb(resume, "publish", incomplete if resume.can_become(Status.PUBLISHED) else "resume_wrong_state"),
        verb(resume, "unpublish", "" if resume.can_become(Status.DRAFT) else "resume_wrong_state"),
        verb(resume, "make-primary", "already_primary" if resume.is_primary else ""),
        verb(resume, "duplicate", ""),
    ]


def verb(resume: Resume, name: str, reason: str) -> Action:
    """Return one entry; a reason disables it."""
    return Action(
        id=name.replace("-", "_"), url=action_url(f"resume-{name}", resume), enabled=not reason, reason=reason
    )
