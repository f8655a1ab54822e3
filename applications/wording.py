"""The history of an application in the candidate's words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.models import ApplicationEvent
from applications.vocabulary import EventKind, Progress

OWN_KINDS = {
    EventKind.SUBMITTED: _("You sent your application."),
    EventKind.SEEN: _("The employer opened your application."),
    EventKind.WITHDRAWN: _("You withdrew your application."),
}
PROGRESS = {
    Progress.RECEIVED: _("The employer has received your application."),
    Progress.IN_REVIEW: _("The employer is looking at your application."),
    Progress.INTERVIEWING: _("The employer would like to get to know you in interviews."),
    Progress.DECIDING: _("The employer is about to decide."),
    Progress.HIRED: _("You were chosen for the job."),
    Progress.NOT_SELECTED: _("The employer decided on somebody else."),
    Progress.WITHDRAWN: _("You withdrew your application."),
}


def words_of(entry: ApplicationEvent) -> str:
    """Return what an entry means to the candidate, in the reader's language; no query."""
    return str(OWN_KINDS.get(EventKind(entry.kind)) or PROGRESS[Progress(entry.progress)])
