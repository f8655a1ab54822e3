"""The frontend's page on which an invitation is accepted."""

from __future__ import annotations

from accounts.links import frontend_link, secret_of
from companies.models import Invitation

PURPOSE = "invitation"
PATH = "/accept-invitation"


def link_for(invitation: Invitation) -> str:
    """Derive the invitation's link again, at the moment when its mail is sent."""
    return frontend_link(PATH, secret_of(PURPOSE, invitation.public_id))
