"""Signing in, staying signed in, and signing out."""

from __future__ import annotations

import base64
import dataclasses
import hmac
import secrets
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.events import RefreshTokenReplayed
from accounts.links import digest_of
from accounts.models import RefreshToken, Session, User, normalise_email
from accounts.passwords import check_against_nobody
from accounts.services.guessing import count_sign_in
from accounts.services.second_step import MFA_SECONDS, challenge
from accounts.tokens import AccessToken, make_access_token
from umemployed.api.context import current_address
from umemployed.api.errors import NotFound, Unauthenticated
from umemployed.audit.record import record
from umemployed.events.log import publish

PREFIX = "umr_"  # lets secret scanners recognise a leaked refresh token


class BadCredentials(Unauthenticated):
    is_security_event = False  # recorded
    code = "bad_credentials"
    title = _("Wrong address or password")
    cause = _("No active account has this address and this password.")
    cure = _("Check both, or reset the password at /api/v1/auth/password/reset/.")


class BadRefreshToken(Unauthenticated):
    code = "bad_refresh_token"
    title = _("Sign in again")
    cause = _("The refresh token is unknown or used, or its session has ended.")
    cure = _("Sign in again at /api/v1/auth/login/; use each refresh token once.")


class MfaRequired(Unauthenticated):
    is_security_event = False  # half of an honest sign-in
    code = "mfa_required"
    title = _("A code is needed")
    cause = _("The first step is done, and this account asks for a code of its authenticator too.")
    cure = _("Send `challenge` of this answer with the code to /api/v1/auth/login/mfa/ within `expires_in` seconds.")


@dataclasses.dataclass(frozen=True)
class TokenPair:
    """What a client holds to act as a person: an access token for minutes, a refresh token for its successor."""

    session: Session
    access: str
    refresh: str
    expires_in: int = dataclasses.field(default_factory=lambda: int(AccessToken.lifetime.total_seconds()))


def sign_in(*, email: str, password: str, device: str) -> TokenPair:
    """Start a session for whoever knows the password. Raises BadCredentials, MfaRequired and TooManyRequests.

    Unknown address, wrong password and suspended account cost the same and answer the same.
    """
    email = normalise_email(email)
    count_sign_in(email)
    user = User.objects.filter(email=email).first()
    if user is None:
        check_against_nobody(password)
    elif user.check_password(password) and user.is_active:
        opened = _open(user, device)
        if isinstance(opened, str):
            raise MfaRequired(challenge=opened, expires_in=MFA_SECONDS)
        if opened is not None:
            return opened
    with transaction.atomic():
        record("session:refused", actor=None, target=user)
    raise BadCredentials


@transaction.atomic
def _open(known: User, device: str) -> TokenPair | str | None:
    """Open a session, or the second step (its secret), for whoever gave the password; None if it is that no more.

    Argon2 takes long enough for the owner to change it. Whoever changes it, suspends, or turns the second step on
    ends the sessions under the lock that is taken here, so none slips in behind.
    """
    standing = User.objects.select_for_update(no_key=True).filter(pk=known.pk, password=known.password, is_active=True)
    user = standing.first()
    if user is None:
        return None
    return challenge(user=user, device=device) if user.has_mfa() else start_session(user=user, device=device)


@transaction.atomic
def start_session(*, user: User, device: str) -> TokenPair:
    """Open a session for a person whose identity the caller has established."""
    now = timezone.now()
    session = Session.objects.create(
        user=user,
        device=device[:256],
        address=current_address(),
        last_seen_at=now,
        expires_at=now + settings.SESSION_LIFETIME,
    )
    refresh = PREFIX + secrets.token_urlsafe(32)
    RefreshToken.objects.create(session=session, digest=digest_of(refresh))
    record("session:started", actor=user, target=session)
    return TokenPair(session, make_access_token(session, issued_at=now), refresh)


def refresh_session(*, token: str) -> TokenPair:
    """Exchange a refresh token for the next pair. Raises BadRefreshToken.

    Exactly one caller consumes the token; others within the grace get the same pair again. A use
    after that ends the whole session, because two parties hold the chain.
    """
    pair = _exchange(token)
    if pair is None:
        raise BadRefreshToken
    return pair


@transaction.atomic
def _exchange(token: str) -> TokenPair | None:
    digest = digest_of(token)
    consumed = RefreshToken.objects.filter(
        digest=digest, consumed_at=None, session__in=Session.objects.standing()
    ).update(consumed_at=Now())
    found = (
        RefreshToken.objects.select_related("session__user")
        .annotate(age=Now() - F("consumed_at"))
        .filter(digest=digest)
    ).first()
    if found is None or found.consumed_at is None or not _stands(found.session):
        return None
    if consumed:
        RefreshToken.objects.create(session=found.session, parent=found, digest=digest_of(successor_of(token)))
        seen_from = current_address() or found.session.address
        Session.objects.filter(pk=found.session_id).update(last_seen_at=found.consumed_at, address=seen_from)
    elif found.age > settings.REFRESH_GRACE:
        _end_replayed(found.session)
        return None
    return TokenPair(found.session, make_access_token(found.session, issued_at=found.consumed_at), successor_of(token))


def successor_of(token: str) -> str:
    """Return the one refresh token that follows this one; needs both the token and our key."""
    raw = hmac.digest(settings.SECRET_KEY.encode(), b"refresh:" + token.encode("utf-8", "surrogatepass"), "sha256")
    return PREFIX + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _stands(session: Session) -> bool:
    return session.revoked_at is None and session.expires_at > timezone.now() and session.user.is_active


def _end_replayed(session: Session) -> None:
    if end_sessions(user=session.user, reason=Session.EndReason.REPLAYED, only=session, actor=None):
        publish(RefreshTokenReplayed(session.pk), aggregate=session)


@transaction.atomic
def end_sessions(
    *,
    user: User,
    reason: Session.EndReason,
    actor: User | None,
    only: Session | None = None,
    but: Session | None = None,
) -> int:
    """End one's sessions, ``only`` one or all ``but`` one, at once: their tokens are refused from the commit on.

    Returns how many ended; ending what has ended changes nothing. Judges no right: callers do.
    """
    alive = Session.objects.for_user(user).filter(revoked_at=None)
    if only is not None:
        alive = alive.filter(pk=only.pk)
    if but is not None:
        alive = alive.exclude(pk=but.pk)
    ended = alive.update(revoked_at=Now(), revoked_reason=reason)
    if ended:
        record("session:ended", actor=actor, target=only or user, reason=str(reason), count=ended)
    return ended


def sign_out(*, actor: User, session: Session) -> None:
    """End the session that the request came with."""
    end_sessions(user=actor, reason=Session.EndReason.SIGNED_OUT, only=session, actor=actor)


def end_own_session(*, actor: User, session_id: uuid.UUID) -> None:
    """End one of one's sessions from another. Raises NotFound for others' and for those that have ended."""
    session = Session.objects.for_user(actor).filter(public_id=session_id).first()
    if session is None or not end_sessions(user=actor, reason=Session.EndReason.REVOKED, only=session, actor=actor):
        raise NotFound
