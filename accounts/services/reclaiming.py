"""Giving an account to the owner of its address."""

from __future__ import annotations

from accounts.models import Authenticator, EmailToken, RecoveryCode, Session, User
from accounts.reclaims import RECLAIMS
from accounts.services.second_step import withdraw_challenges
from accounts.services.sessions import end_sessions
from accounts.services.verification import withdraw_email_tokens
from accounts.social.models import AuthorizationRequest, Connection
from umemployed.audit.record import record
from umemployed.files.services import discard_files
from umemployed.privacy.services.reclaiming import undo_requests, withdraw_optional_consents

PROFILE = ("full_name", "language", "timezone")


def give_to_owner(user: User) -> bool:
    """Take away what a stranger may have left on a locked account, whose owner has proved the address; say if any was.

    Call it when the address is proved by more than a link of verification: by a provider, or by a reset. An account
    whose address was unproved is emptied whole. One that was proved by a link alone loses its ways in and what was
    asked for it; what was written stays, because it may be the owner's. Where a second step is on nothing is taken:
    whoever does not have it does not get in, so the account is shared with nobody.
    """
    if not user.has_verified_email():
        empty_of_credentials(user)
        _empty_of_content(user)
    elif user.maker_unknown and not user.has_mfa():
        empty_of_credentials(user)
    else:
        return False
    return True


def empty_of_credentials(user: User) -> None:
    """Take every way in from a locked person whom nobody knows to have made the account, before its owner enters.

    Nothing that its maker set up may go on working: password, authenticator and recovery codes, sessions and
    challenges, mailed links, connections, an erasure that waits, archives.
    """
    user.set_unusable_password()
    user.mfa_enabled_at = None
    user.maker_unknown = False
    user.save(update_fields=["password", "mfa_enabled_at", "maker_unknown", "updated_at"])
    for purpose in EmailToken.Purpose:
        withdraw_email_tokens(user=user, purpose=purpose)
    withdraw_challenges(user=user)
    for rows in (Authenticator, RecoveryCode, Connection, AuthorizationRequest):
        rows._default_manager.filter(user=user).delete()
    end_sessions(user=user, reason=Session.EndReason.RECLAIMED, actor=None)
    undo_requests(user)
    record("user:reclaimed", actor=None, target=user)


def _empty_of_content(user: User) -> None:
    """Forget what the maker of an unproved account wrote and agreed to."""
    blank = User()
    for name in PROFILE:
        setattr(user, name, getattr(blank, name))
    user.save(update_fields=[*PROFILE, "updated_at"])
    withdraw_optional_consents(user)
    discard_files(owner=user)
    for forget in RECLAIMS:
        forget(user)
