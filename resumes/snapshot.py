"""The résumé as it is now, for keeping."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.models import User
from resumes.jsonresume import document_of
from resumes.models import Resume
from umemployed.api.gather import whole

PARTS = ("experiences", "education", "skills", "languages", "certificates", "projects", "links")


def whole_resume_of(owner: User, public_id: uuid.UUID) -> Resume | None:
    """Return the person's own résumé with its sections, all of one moment; one query. None if there is none."""
    return whole(Resume, *PARTS, public_id=public_id, owner_id=owner.pk)


def snapshot_of(resume: Resume) -> dict[str, Any]:
    """Return the stored résumé as canonical JSON Resume, JSON-ready; one query.

    Reads afresh, so that what a caller had loaded before cannot be what is kept. Members whose value is
    nothing are left out, except where an imported document said so.
    """
    found = whole(Resume, *PARTS, id=resume.pk)
    if found is None:
        raise Resume.DoesNotExist
    return document_of(found)
