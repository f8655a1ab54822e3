"""Changing and resetting passwords; suspending people."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.events import PasswordChanged
from accounts.models import EmailToken, Session, User, normalise_email
from accounts.passwords import check_new_password
from accounts.services.guessing import count_mail, count_password_check, may_mail
from accounts.services.reclaiming import give_to_owner
from accounts.services.second_step import withdraw_challenges
from accounts.services.sessions import TokenPair, end_sessions, start_session
from accounts.services.verification import (
    mark_verified,
    owe_mail,
    use_email_token,
    withdraw_email_tokens,
)
from umemployed.api.errors import Forbidden, Invalid
from umemployed.audit.record import record
from umemployed.events.log import publish

EndReason = Session.EndReason
Purpose = EmailToken.Purpose


class WrongPassword(Invalid):
    code = "wrong_password"
    title = _("That is not your current password")
    cause = _("The current password in the request is wrong.")
    cure = _("Type it again, or reset it at /api/v1/auth/password/reset/.")


def change_password(*, actor: User, current_password: str, new_password: str, device: str) -> TokenPair:
    """Replace one's password; ends every session and returns the pair of a new one on this device.

    Raises WrongPassword, Invalid and TooManyRequests. Holds one's own row while Argon2 runs.
    """
    count_password_check(actor)
    pair = _change_password(actor, current_password, new_password, device)
    if pair is None:
        raise WrongPassword.on_field("current_password", str(WrongPassword.cause), code=WrongPassword.code)
    return pair


@transaction.atomic
def _change_password(actor: User, current: str, new: str, device: str) -> TokenPair | None:
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if not user.check_password(current):
        record("password:refused", actor=user, target=user)
        return None
    check_new_password(new, user, attr="new_password")
    _install_password(user, new, EndReason.PASSWORD_CHANGED)
    return start_session(user=user, device=device)


def _install_password(user: User, password: str, reason: Session.EndReason) -> None:
    """Set the password of a locked person; every session and every open reset link ends."""
    user.set_password(password)
    user.save(update_fields=["password", "updated_at"])
    withdraw_email_tokens(user=user, purpose=Purpose.RESET_PASSWORD)
    withdraw_email_tokens(user=user, purpose=Purpose.CHANGE_EMAIL)
    withdraw_challenges(user=user)
    end_sessions(user=user, reason=reason, actor=user)
    record(f"password:{'changed' if reason == EndReason.PASSWORD_CHANGED else 'reset'}", actor=user, target=user)
    publish(PasswordChanged(user.pk), aggregate=user, actor=user)


def request_password_reset(*, email: str) -> None:
    """Mail a reset link if the address belongs to somebody; callers cannot tell. Raises TooManyRequests."""
    email = normalise_email(email)
    count_mail("reset", email)
    _request_reset(email)


@transaction.atomic
def _request_reset(email: str) -> None:
    user = User.objects.select_for_update(no_key=True).filter(email=email, is_active=True).first()
    record("password:reset_requested", actor=None, target=user)
    if user is not None and may_mail("reset", email, user):
        owe_mail(user, Purpose.RESET_PASSWORD)


@transaction.atomic
def confirm_password_reset(*, token: str, new_password: str) -> None:
    """Set a new password with a mailed token; proves the address too, and ends every session.

    If nobody knows who made the account, whatever else opened it goes first: a stranger may have set it up.
    Raises BadLink, and Invalid for a refused password, which leaves the link usable.
    """
    user = use_email_token(secret=token, purpose=Purpose.RESET_PASSWORD).user
    check_new_password(new_password, user, attr="new_password")
    give_to_owner(user)
    _install_password(user, new_password, EndReason.PASSWORD_RESET)
    withdraw_email_tokens(user=user, purpose=Purpose.VERIFY_EMAIL)
    mark_verified(user)


@transaction.atomic
def note_password_set(*, actor: User, user: User) -> None:
    """Follow up on a password that staff has set: sessions and reset links end, the person is told."""
    withdraw_email_tokens(user=user, purpose=Purpose.RESET_PASSWORD)
    withdraw_email_tokens(user=user, purpose=Purpose.CHANGE_EMAIL)
    withdraw_challenges(user=user)
    end_sessions(user=user, reason=EndReason.PASSWORD_CHANGED, actor=actor)
    record("password:set_by_staff", actor=actor, target=user)
    publish(PasswordChanged(user.pk), aggregate=user, actor=actor)


@transaction.atomic
def suspend_user(*, actor: User, user_id: int) -> User:
    """Shut a person out and end their sessions at once. Raises Forbidden unless the actor is other staff."""
    user = _judged_by_staff(actor, user_id)
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_sessions(user=user, reason=EndReason.SUSPENDED, actor=actor)
    record("user:suspended", actor=actor, target=user)
    return user


@transaction.atomic
def restore_user(*, actor: User, user_id: int) -> User:
    """Let a suspended person in again; they sign in anew. Raises Forbidden unless the actor is other staff."""
    user = _judged_by_staff(actor, user_id)
    User.objects.filter(pk=user.pk).update(is_active=True)
    record("user:restored", actor=actor, target=user)
    return user


def _judged_by_staff(actor: User, user_id: int) -> User:
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not (actor.is_active and actor.is_staff) or actor.pk == user.pk:
        raise Forbidden
    if user.is_superuser and not actor.is_superuser:
        raise Forbidden
    return user
