"""Giving an account to the owner of its address."""

from __future__ import annotations

from accounts.models import Authenticator, EmailToken, RecoveryCode, Session, User
from accounts.services.second_step import withdraw_challenges
from accounts.services.sessions import end_sessions
from accounts.services.verification import withdraw_email_tokens
from accounts.social.models import AuthorizationRequest, Connection
from umemployed.audit.record import record


def empty_of_credentials(user: User) -> None:
    """Take every way in from a locked person whose address is unproved, before its owner enters.

    Nobody knows who made the account, so nothing that its maker set up may go on working: password,
    authenticator and recovery codes, sessions and challenges, mailed links, connections.
    """
    user.set_unusable_password()
    user.mfa_enabled_at = None
    user.save(update_fields=["password", "mfa_enabled_at", "updated_at"])
    for purpose in EmailToken.Purpose:
        withdraw_email_tokens(user=user, purpose=purpose)
    withdraw_challenges(user=user)
    for rows in (Authenticator, RecoveryCode, Connection, AuthorizationRequest):
        rows._default_manager.filter(user=user).delete()
    end_sessions(user=user, reason=Session.EndReason.RECLAIMED, actor=None)
    record("user:reclaimed", actor=None, target=user)
