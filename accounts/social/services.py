"""The verbs of signing in through a provider, and of connecting identities to an account."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.mfa import reauthenticate
from accounts.services.reclaiming import give_to_owner
from accounts.services.second_step import MFA_SECONDS, challenge
from accounts.services.sessions import MfaRequired, TokenPair, start_session
from accounts.services.verification import enter_person, mark_verified, require_verified
from accounts.social.events import AccountReclaimed, ConnectionChanged
from accounts.social.flow import (
    BadAuthorizationCode,
    BadState,
    ProviderAnswerRefused,
    ProviderUnavailable,
    Started,
    begin,
    finish,
)
from accounts.social.models import Connection
from accounts.social.pipeline import Identity
from accounts.social.providers import provider_named, providers
from umemployed.api.errors import Conflict, Invalid, NotFound, Unauthenticated
from umemployed.audit.record import record
from umemployed.events.log import publish

__all__ = [
    "BadAuthorizationCode",
    "BadState",
    "IdentityTaken",
    "LastWayIn",
    "ProviderAnswerRefused",
    "ProviderUnavailable",
    "SignInRefused",
    "Started",
    "UnknownRedirect",
    "disconnect",
    "finish_connecting",
    "finish_sign_in",
    "remove_connection",
    "start_connecting",
    "start_sign_in",
]
ATTEMPTS = 3


class UnknownRedirect(Invalid):
    code = "unknown_redirect_uri"
    title = _("That is not a page of our frontend")
    cause = _("A provider sends people back only to the pages that the platform's settings name.")
    cure = _("Leave `redirect_uri` out, or name one of SOCIAL_REDIRECT_URIS exactly.")


class SignInRefused(Unauthenticated):
    code = "sign_in_refused"
    title = _("This identity cannot sign in here")
    cause = _("It is not connected to an active account, and the provider proved no address that could be one.")
    cure = _("Prove your address at the provider; or sign in with a password and connect the provider to the account.")


class IdentityTaken(Conflict):
    code = "identity_taken"
    title = _("This identity opens another account")
    cause = _("Somebody, perhaps you, has connected it to another account.")
    cure = _("Sign in with it and remove the connection there, or use another identity.")


class LastWayIn(Conflict):
    code = "last_way_in"
    title = _("This is the only way into the account")
    cause = _("The account has no password and no other connection, so nobody could sign in without this one.")
    cure = _("Choose a password first, by a link from /api/v1/auth/password/reset/.")


def start_sign_in(*, provider: str, redirect_uri: str = "") -> Started:
    """Send somebody to a provider to sign in. Raises NotFound, UnknownRedirect and ProviderUnavailable."""
    return begin(provider=provider_named(provider), redirect_uri=_page_of_ours(redirect_uri))


def finish_sign_in(
    *, provider: str, state: str, browser_key: str, code: str, iss: str = "", device: str, language: str
) -> TokenPair:
    """Start a session for whoever came back, as a new person if nobody has the identity or its proved address.

    Raises NotFound, SignInRefused, MfaRequired, and whatever ``flow.finish`` raises.
    """
    offered = provider_named(provider)
    identity = finish(provider=offered, state=state, browser_key=browser_key, code=code, iss=iss)
    result = _admit_once_more(identity, device=device, language=language)
    if result is None:
        raise SignInRefused
    if isinstance(result, str):
        raise MfaRequired(challenge=result, expires_in=MFA_SECONDS)
    return result


def _admit_once_more(identity: Identity, *, device: str, language: str) -> TokenPair | str | None:
    """Admit; begin again when somebody else wrote the same person or identity first, for then theirs decides."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _admit(identity, device=device, language=language)
        except IntegrityError:
            continue
    return _admit(identity, device=device, language=language)


@transaction.atomic
def _admit(identity: Identity, *, device: str, language: str) -> TokenPair | str | None:
    """Return the tokens of a new session, or the secret of a challenge, or None where nobody may enter."""
    connection = _lock_connection(identity) or _connect_by_address(identity, language=language)
    if connection is None or not connection.user.is_active:
        target = connection and connection.user
        record("social:refused", actor=None, target=target, provider=identity.provider, reason="sign_in_refused")
        return None
    user = connection.user
    Connection.objects.filter(pk=connection.pk).update(last_used_at=timezone.now())
    record("social:signed_in", actor=user, target=connection, provider=identity.provider)
    if user.has_mfa():
        return challenge(user=user, device=device)
    return start_session(user=user, device=device)


def _lock_connection(identity: Identity) -> Connection | None:
    """Return the identity's connection with its person locked; None if there is none (any more)."""
    found = Connection.objects.of_identity(identity).first()
    user = found and User.objects.select_for_update(no_key=True).filter(pk=found.user_id).first()
    if found is None or user is None or not Connection.objects.filter(pk=found.pk, user=user).exists():
        return None
    found.user = user
    return found


def _connect_by_address(identity: Identity, *, language: str) -> Connection | None:
    """Connect an identity to the person of its proved address, who may be new. None without such an address.

    The address of the account must be proved too, and by more than a link; if it is not, its credentials may be a
    stranger's and go first. The connection of somebody suspended is returned unsaved: nobody enters, and nothing
    is changed.
    """
    if not identity.email:
        return None
    user = User.objects.select_for_update(no_key=True).filter(email=identity.email).first()
    if user is None:
        return _make_connection(_sign_up(identity, language=language), identity)
    if not user.is_active:
        return Connection(user=user)
    was_verified = user.has_verified_email()
    if not give_to_owner(user):
        _tell(user, identity.provider, "added")
    else:
        _welcome_owner(user, identity, language="" if was_verified else language)
    return _make_connection(user, identity)


def _sign_up(identity: Identity, *, language: str) -> User:
    """Make a person without a password, whose address the provider has proved."""
    user = User(email=identity.email, full_name=identity.full_name, language=language)
    user.set_unusable_password()
    enter_person(user)
    mark_verified(user)
    return user


def _welcome_owner(user: User, identity: Identity, *, language: str) -> None:
    """Give the emptied account to whoever the provider proved to own its address; ``language`` if it is new to us."""
    if language:
        user.full_name, user.language = identity.full_name, language
        user.save(update_fields=["full_name", "language", "updated_at"])
    mark_verified(user)
    publish(AccountReclaimed(user.pk), aggregate=user, actor=user)


def _make_connection(user: User, identity: Identity) -> Connection:
    """Write the row. Raises IntegrityError when somebody was quicker, which undoes all of it."""
    connection = Connection.objects.create(
        user=user,
        provider=identity.provider,
        issuer=identity.issuer,
        subject=identity.subject,
        email=identity.email,
    )
    record("social:connected", actor=user, target=connection, provider=identity.provider)
    return connection


def start_connecting(
    *, actor: User, provider: str, redirect_uri: str = "", current_password: str = "", code: str = ""
) -> Started:
    """Send a person to a provider to connect an identity to their account.

    Raises NotFound, UnknownRedirect, ProviderUnavailable, EmailUnverified, and whatever ``reauthenticate``
    raises: a stolen access token must not add a way in. An unproved account gets none, because it may be a trap
    laid for the owner of the address.
    """
    offered, page = provider_named(provider), _page_of_ours(redirect_uri)
    require_verified(actor)
    reauthenticate(actor=actor, current_password=current_password, code=code)
    return begin(provider=offered, redirect_uri=page, user=actor)


def finish_connecting(
    *, actor: User, provider: str, state: str, browser_key: str, code: str, iss: str = ""
) -> Connection:
    """Connect the identity of whoever came back to the person who began it; again, it changes nothing.

    Raises NotFound, IdentityTaken, and whatever ``flow.finish`` raises.
    """
    offered = provider_named(provider)
    identity = finish(provider=offered, state=state, browser_key=browser_key, code=code, iss=iss, user=actor)
    try:
        return _connect(actor, identity)
    except IntegrityError:  # somebody was quicker; their row decides
        return _connect(actor, identity)


@transaction.atomic
def _connect(actor: User, identity: Identity) -> Connection:
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    found = Connection.objects.of_identity(identity).first()
    if found is not None and found.user_id != user.pk:
        raise IdentityTaken
    if found is not None:
        return found
    connection = _make_connection(user, identity)
    if user.maker_unknown and identity.email == user.email:  # who gave the password owns the address, too
        user.maker_unknown = False
        user.save(update_fields=["maker_unknown", "updated_at"])
    _tell(user, identity.provider, "added")
    return connection


@transaction.atomic
def disconnect(*, actor: User, connection_id: uuid.UUID) -> None:
    """Take one of one's connections away. Raises NotFound, and LastWayIn if nothing else opens the account."""
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    connection = Connection.objects.for_user(user).filter(public_id=connection_id).first()
    if connection is None:
        raise NotFound
    offered = [provider.issuer for provider in providers().values()]
    others = Connection.objects.for_user(user).filter(issuer__in=offered).exclude(pk=connection.pk)
    if not user.has_usable_password() and not others.exists():
        raise LastWayIn
    _remove(connection, user, actor)


@transaction.atomic
def remove_connection(*, actor: User, connection: Connection) -> None:
    """Take somebody's connection away, for staff (the caller judges that); a mailed link still opens the account."""
    user = User.objects.select_for_update(no_key=True).get(pk=connection.user_id)
    _remove(connection, user, actor)


def _remove(connection: Connection, user: User, actor: User) -> None:
    record("social:disconnected", actor=actor, target=connection, provider=connection.provider)
    connection.delete()
    _tell(user, connection.provider, "removed", actor=actor)


def _tell(user: User, provider: str, change: str, actor: User | None = None) -> None:
    publish(ConnectionChanged(user.pk, provider, change), aggregate=user, actor=actor or user)


def _page_of_ours(redirect_uri: str) -> str:
    """Return a page of the frontend to which people may be sent back. Raises UnknownRedirect."""
    pages = settings.SOCIAL_REDIRECT_URIS
    if redirect_uri and redirect_uri not in pages:
        raise UnknownRedirect.on_field("redirect_uri", UnknownRedirect.cause, code=UnknownRedirect.code)
    return redirect_uri or pages[0]
