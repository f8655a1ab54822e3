"""Who hears that mails come back, and when an address is good again."""

from __future__ import annotations

from accounts.events import EmailChanged, EmailVerified
from accounts.models import User
from notifications.deliverability.events import AddressSuppressed
from notifications.deliverability.services import welcome_back
from notifications.services import notify
from umemployed.events.log import Meta, on


@on(AddressSuppressed)
def tell_in_the_app(event: AddressSuppressed, meta: Meta) -> None:
    """Tell the owner where mails no longer can."""
    told = {"group": "account", "data": {"address": event.address}, "can_be_mailed": False}
    notify(kind="address_undeliverable", recipient_ids=[event.user_id], meta=meta, **told)


@on(EmailVerified, EmailChanged)
def trust_the_address_again(event: EmailVerified | EmailChanged, meta: Meta) -> None:
    """The person has just read a mail there."""
    user_id = event.user_id if isinstance(event, EmailVerified) else meta.actor_id
    person = User.objects.filter(pk=user_id or 0).first()
    if person is not None:
        welcome_back(address=person.email)
