"""The second step of signing in: who owes a code, and codes that work once."""

from __future__ import annotations

import base64
import hmac
import secrets
import time

import pyotp
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.events import MfaChanged
from accounts.links import digest_of
from accounts.models import Authenticator, RecoveryCode, SignInChallenge, User
from umemployed.api.errors import Invalid, Unauthenticated
from umemployed.audit.record import record
from umemployed.events.log import publish

PREFIX = "umc_"
MFA_SECONDS = int(settings.MFA_LIFETIME.total_seconds())
STEP = 30  # seconds, RFC 6238
DRIFT = (-1, 0, 1)  # steps by which a telephone's clock may be off
RECOVERY_CODES = 10


class BadChallenge(Unauthenticated):
    code = "bad_challenge"
    title = _("Sign in again")
    cause = _("The challenge is unknown or used, its five minutes are over, or the password has changed since.")
    cure = _("Begin again at /api/v1/auth/login/.")


class BadCode(Unauthenticated):
    is_security_event = False  # recorded
    code = "bad_code"
    title = _("Wrong code")
    cause = _("The code is wrong, too old, or was used before; each works once.")
    cure = _("Wait for the next code of the authenticator, or use a recovery code.")


class WrongCode(Invalid):
    code = "wrong_code"
    title = _("That is not a code of your authenticator")
    cause = _("The code is wrong, too old, or was used before; each works once.")
    cure = _("Wait for the next code and send that one.")


@transaction.atomic
def challenge(*, user: User, device: str) -> str:
    """Open the second step for whoever has just given the password; returns the secret that continues it."""
    token = PREFIX + secrets.token_urlsafe(32)
    SignInChallenge.objects.create(
        user=user, device=device[:256], digest=digest_of(token), expires_at=timezone.now() + settings.MFA_LIFETIME
    )
    return token


def lock_challenge(token: str) -> SignInChallenge:
    """Return an open challenge with its person, both locked. Raises BadChallenge."""
    found = (
        SignInChallenge.objects.select_related("user")
        .select_for_update(no_key=True)
        .filter(digest=digest_of(token), used_at=None, expires_at__gt=Now(), user__is_active=True)
        .first()
    )
    if found is None:
        raise BadChallenge
    return found


def withdraw_challenges(*, user: User) -> None:
    """Make the open challenges of a person useless."""
    SignInChallenge.objects.filter(user=user, used_at=None).update(used_at=Now())


def use_code(user: User, code: str) -> bool:
    """Use a code up and say whether it was good: of the authenticator, or a recovery code. Exactly one caller can.

    Call it in a transaction: if what follows fails, the code is good again. Count the guess first.
    """
    code = "".join(code.split()).replace("-", "").upper()
    authenticator = Authenticator.objects.exclude(confirmed_at=None).filter(user=user).first()
    if authenticator is None:
        return False
    return use_totp(authenticator, code) or _use_recovery_code(user, code)


def use_totp(authenticator: Authenticator, code: str) -> bool:
    """Use up the time step whose code this is. Its step, once used, and all before it are refused."""
    totp, now = pyotp.TOTP(authenticator.secret), int(time.time()) // STEP
    given = code.encode("utf-8", "surrogatepass")
    steps = [now + drift for drift in DRIFT if hmac.compare_digest(totp.generate_otp(now + drift).encode(), given)]
    return any(
        Authenticator.objects.filter(pk=authenticator.pk, last_step__lt=step).update(last_step=step) for step in steps
    )


def _use_recovery_code(user: User, code: str) -> bool:
    used = RecoveryCode.objects.filter(user=user, digest=digest_of(code), used_at=None).update(used_at=Now())
    if used:
        record("mfa:recovery_code_used", actor=user, target=user)
        publish(MfaChanged(user.pk, "code_spent"), aggregate=user, actor=user)
    return bool(used)


def make_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes of a person and return the new ones, the only time that they are known."""
    codes = [base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=digest_of(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]
