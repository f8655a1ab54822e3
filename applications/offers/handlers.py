"""What offers do when their application ends."""

from __future__ import annotations

from applications.events import ApplicationMoved, ApplicationWithdrawn
from applications.offers.services import close_offer_of
from umemployed.events.log import Meta, on


@on(ApplicationMoved, ApplicationWithdrawn)
def close_an_offer_without_application(event: ApplicationMoved | ApplicationWithdrawn, meta: Meta) -> None:
    """Take back what was offered to somebody who was turned down or withdrew. Accepting is refused even before."""
    close_offer_of(application_id=event.application_id)
