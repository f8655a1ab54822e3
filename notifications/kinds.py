"""The one table of what people are told about: its wording, and how it reaches them unless they choose otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from notifications.models import MailMode


@dataclass(frozen=True)
class Kind:
    """A kind of news. ``sentence`` is filled from ``Notification.data`` and the actor's current name."""

    code: str
    label: Any
    sentence: str
    in_app: bool = True
    mail: MailMode = MailMode.NOW


DIGEST = "digest"  # the mail of everything that was put off; a kind of mail, not of news
DIGEST_LABEL = _("The daily summary")

KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "application_received",
            _("Somebody applies to a job of my company"),
            gettext_noop("%(actor)s applied for %(job)s."),
        ),
        Kind(
            "application_submitted",
            _("My application was sent"),
            gettext_noop("Your application for %(job)s at %(company)s was sent."),
            in_app=False,
        ),
        Kind(
            "application_moved",
            _("The state of my application changes"),
            gettext_noop("Your application for %(job)s at %(company)s: %(status)s."),
        ),
        Kind(
            "application_withdrawn",
            _("A candidate withdraws an application"),
            gettext_noop("%(actor)s withdrew the application for %(job)s."),
            mail=MailMode.OFF,
        ),
        Kind(
            "message_received",
            _("Somebody writes to me"),
            gettext_noop("%(actor)s sent you a message."),
        ),
        Kind(
            "invitation_accepted",
            _("Somebody accepts my invitation to a company"),
            gettext_noop("%(actor)s joined %(company)s."),
            mail=MailMode.OFF,
        ),
    )
}
