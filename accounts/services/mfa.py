"""Two-step sign-in: offered, confirmed, used, turned off."""

from __future__ import annotations

import dataclasses
from typing import NoReturn

import pyotp
import segno
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.events import MfaChanged
from accounts.models import Authenticator, RecoveryCode, Session, User
from accounts.services.credentials import WrongPassword
from accounts.services.guessing import count_code, count_password_check
from accounts.services.second_step import (
    BadCode,
    WrongCode,
    lock_challenge,
    make_recovery_codes,
    use_code,
    use_totp,
    withdraw_challenges,
)
from accounts.services.sessions import TokenPair, end_sessions, start_session
from umemployed.api.errors import Conflict, Forbidden
from umemployed.audit.record import record
from umemployed.events.log import publish

ISSUER = "Umemployed"


class ReauthenticationRequired(Forbidden):
    code = "reauthentication_required"
    title = _("Prove again who you are")
    cause = _("An access token alone does not do for this.")
    cure = _("Send `current_password` and, once two-step sign-in is on, a `code` of your authenticator.")


class MfaAlreadyOn(Conflict):
    code = "mfa_already_on"
    title = _("Two-step sign-in is on already")
    cause = _("The account has a confirmed authenticator.")
    cure = _("Turn it off at /api/v1/auth/mfa/disable/ before you add another.")


class MfaNotOn(Conflict):
    code = "mfa_not_on"
    title = _("Two-step sign-in is off")
    cause = _("The account has no confirmed authenticator.")
    cure = _("Turn it on: /api/v1/auth/mfa/totp/.")


class NothingOffered(Conflict):
    code = "nothing_offered"
    title = _("There is nothing to confirm")
    cause = _("No secret was asked for.")
    cure = _("Ask for one at /api/v1/auth/mfa/totp/.")


@dataclasses.dataclass(frozen=True)
class Offer:
    """A secret for an authenticator app, in three spellings."""

    secret: str
    otpauth_url: str

    @property
    def qr_svg(self) -> str:
        """Return the URL as a picture, itself a ``data:`` URL."""
        return segno.make(self.otpauth_url, error="m").svg_data_uri(scale=4)


def reauthenticate(*, actor: User, current_password: str = "", code: str = "") -> None:
    """Let through whoever proves again who they are: the password and, once two-step sign-in is on, a code.

    Raises ReauthenticationRequired, WrongPassword, WrongCode and TooManyRequests. Uses the code up. Costs an
    Argon2 run: call it outside a transaction.
    """
    if not actor.has_usable_password():
        raise ReauthenticationRequired(
            _("The account has no password yet: choose one by /api/v1/auth/password/reset/.")
        )
    if not current_password or (actor.has_mfa() and not code):
        raise ReauthenticationRequired
    count_password_check(actor)
    if not actor.check_password(current_password):
        _note_refusal(actor, "password:refused", actor=actor)
        raise WrongPassword.on_field("current_password", str(WrongPassword.cause), code=WrongPassword.code)
    if actor.has_mfa():
        count_code(actor)
        with transaction.atomic():
            good = use_code(actor, code)
        if not good:
            _refuse_code(actor)


def offer_authenticator(*, actor: User, current_password: str = "", code: str = "") -> Offer:
    """Make a secret for an authenticator app; it guards nothing until it is confirmed.

    Raises MfaAlreadyOn and whatever ``reauthenticate`` raises.
    """
    reauthenticate(actor=actor, current_password=current_password, code=code)
    return make_offer(user=actor)


@transaction.atomic
def make_offer(*, user: User) -> Offer:
    """Replace the unconfirmed secret of a person, whose identity the caller has established. Raises MfaAlreadyOn."""
    user = _locked(user)
    if user.has_mfa():
        raise MfaAlreadyOn
    secret = pyotp.random_base32()
    Authenticator.objects.update_or_create(user=user, defaults={"secret": secret, "last_step": 0, "confirmed_at": None})
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER))


def confirm_authenticator(*, actor: User, code: str, session: Session | None) -> list[str]:
    """Turn two-step sign-in on with a code of the offered secret; returns the recovery codes, shown this once.

    Every session but ``session`` ends, so that whoever stands has had the second step in sight. Raises
    NothingOffered, MfaAlreadyOn, WrongCode and TooManyRequests.
    """
    count_code(actor)
    codes = _confirm(actor, code, session)
    if codes is None:
        _refuse_code(actor)
    return codes


@transaction.atomic
def _confirm(actor: User, code: str, session: Session | None) -> list[str] | None:
    user = _locked(actor)
    if user.has_mfa():
        raise MfaAlreadyOn
    authenticator = Authenticator.objects.filter(user=user).first()
    if authenticator is None:
        raise NothingOffered
    if not use_totp(authenticator, "".join(code.split())):
        return None
    Authenticator.objects.filter(pk=authenticator.pk).update(confirmed_at=Now())
    _set_enabled(user, True)
    end_sessions(user=user, reason=Session.EndReason.MFA_CHANGED, actor=user, but=session)
    _tell(user, "enabled")
    return make_recovery_codes(user)


def disable_mfa(*, actor: User, current_password: str = "", code: str = "") -> None:
    """Turn two-step sign-in off. Raises MfaNotOn and whatever ``reauthenticate`` raises."""
    reauthenticate(actor=actor, current_password=current_password, code=code)
    with transaction.atomic():
        user = _locked(actor)
        if not user.has_mfa():
            raise MfaNotOn
        Authenticator.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        withdraw_challenges(user=user)
        _set_enabled(user, False)
        _tell(user, "disabled")


def replace_recovery_codes(*, actor: User, current_password: str = "", code: str = "") -> list[str]:
    """Make new recovery codes; the earlier ones stop working. Raises as ``disable_mfa`` does."""
    reauthenticate(actor=actor, current_password=current_password, code=code)
    with transaction.atomic():
        user = _locked(actor)
        if not user.has_mfa():
            raise MfaNotOn
        _tell(user, "codes_replaced")
        return make_recovery_codes(user)


def finish_sign_in(*, challenge: str, code: str) -> TokenPair:
    """Start the session that a challenge stands for. Raises BadChallenge, BadCode and TooManyRequests.

    Exactly one caller can use a challenge, and exactly one a code, however many try at once.
    """
    with transaction.atomic():
        user = lock_challenge(challenge).user
    count_code(user)
    pair = _finish(challenge, code)
    if pair is None:
        _note_refusal(user, "mfa:refused", actor=None)
        raise BadCode
    return pair


@transaction.atomic
def _finish(token: str, code: str) -> TokenPair | None:
    owed = lock_challenge(token)
    if not use_code(owed.user, code):
        return None
    owed.used_at = timezone.now()
    owed.save(update_fields=["used_at", "updated_at"])
    return start_session(user=owed.user, device=owed.device)


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _set_enabled(user: User, enabled: bool) -> None:
    user.mfa_enabled_at = timezone.now() if enabled else None
    user.save(update_fields=["mfa_enabled_at", "updated_at"])


def _tell(user: User, change: str) -> None:
    record(f"mfa:{change}", actor=user, target=user)
    publish(MfaChanged(user.pk, change), aggregate=user, actor=user)


def _note_refusal(user: User, action: str, *, actor: User | None) -> None:
    with transaction.atomic():
        record(action, actor=actor, target=user)


def _refuse_code(user: User) -> NoReturn:
    _note_refusal(user, "mfa:refused", actor=user)
    raise WrongCode.on_field("code", str(WrongCode.cause), code=WrongCode.code)
