"""The résumé as it is now, for keeping."""

from __future__ import annotations

from typing import Any

from resumes.jsonresume import document_of
from resumes.models import Resume


def snapshot_of(resume: Resume) -> dict[str, Any]:
    """Return the stored résumé as canonical JSON Resume, JSON-ready; a constant number of queries.

    Reads afresh, so that what a caller had loaded before cannot be what is kept. Members whose value is
    nothing are left out, except where an imported document said so.
    """
    return document_of(Resume.objects.with_sections().get(pk=resume.pk))
