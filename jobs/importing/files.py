"""The files that imports are read from, and which of them is read how."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.rights import Right, companies_where
from jobs.importing.vocabulary import SourceKind
from umemployed.files.formats import CSV, JSON, JSON_LINES, TEXT
from umemployed.files.purposes import Purpose, register

KIND_OF = {
    CSV.content_type: SourceKind.TABLE,
    JSON.content_type: SourceKind.DOCUMENT,
    JSON_LINES.content_type: SourceKind.LINES,
    TEXT.content_type: SourceKind.ADDRESSES,
}


def posts_for_somebody(user: Any) -> bool:
    """Say whether the person may post jobs for any company."""
    return companies_where(user, Right.POST_JOBS).exists()


IMPORTED = register(
    Purpose("job_import", _("Jobs to import"), (CSV, JSON, JSON_LINES, TEXT), may_upload=posts_for_somebody)
)
