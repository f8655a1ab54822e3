"""Who is credited with an application."""

from __future__ import annotations

from applications.events import ApplicationSubmitted
from applications.referrals.services import attribute
from umemployed.events.log import Meta, on


@on(ApplicationSubmitted)
def credit_the_referrer(event: ApplicationSubmitted, meta: Meta) -> None:
    """Do it beside the request, which does not wait for it."""
    attribute(application_id=event.application_id)
