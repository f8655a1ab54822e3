"""Files in answers: what they may be, and that the company's team may read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationFile
from umemployed.files.formats import DOCX, JPEG, PDF, PNG, TEXT
from umemployed.files.models import StoredFile
from umemployed.files.purposes import Purpose, register


def team_may_read(user: Any, file: StoredFile) -> bool:
    """Say whether the person may now view the application that the file belongs to; one query."""
    return ApplicationFile.objects.filter(file=file, application__in=Application.objects.of_team(user)).exists()


ANSWER = register(
    Purpose("application_answer", _("File of an application"), (PDF, DOCX, PNG, JPEG, TEXT), may_read=team_may_read)
)
