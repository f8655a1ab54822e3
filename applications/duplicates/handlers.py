"""What is kept of an application to know its candidate again."""

from __future__ import annotations

from applications.duplicates.services import index_candidate
from applications.events import ApplicationSubmitted
from umemployed.events.log import Meta, on


@on(ApplicationSubmitted)
def index_the_candidate(event: ApplicationSubmitted, meta: Meta) -> None:
    """Do it beside the request, which does not wait for it."""
    index_candidate(application_id=event.application_id)
