"""Proving that an address is one's own."""

from __future__ import annotations

from accounts.models import User
from umemployed.api.errors import Forbidden


class EmailUnverified(Forbidden):
    code = "email_unverified"
    title = "Prove your e-mail address first"
    cause = "Until the address is proved you may look, but not apply, post or message."
    cure = "Open the link that we mailed, or ask for it again at /api/v1/auth/verify-email/resend/."


def require_verified(actor: User) -> None:
    """Raise EmailUnverified unless the actor's address was proved; asks nothing of the database."""
    if not actor.has_verified_email():
        raise EmailUnverified
