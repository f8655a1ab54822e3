"""Moving to another e-mail address."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.events import EmailChanged
from accounts.models import EmailToken, User, normalise_email
from accounts.services.guessing import count_mail, may_mail
from accounts.services.mfa import ReauthenticationRequired, reauthenticate
from accounts.services.verification import BadLink, even_time, owe_mail, use_email_token, withdraw_email_tokens
from umemployed.audit.record import record
from umemployed.events.log import publish

Purpose = EmailToken.Purpose


def request_email_change(*, actor: User, email: str, current_password: str = "", code: str = "") -> None:
    """Mail a link to the new address and a warning to the present one; callers cannot tell whether it is taken.

    Raises whatever ``reauthenticate`` raises, and TooManyRequests.
    """
    reauthenticate(actor=actor, current_password=current_password, code=code)
    email = normalise_email(email)
    count_mail("change", email)
    with even_time():
        _request(actor, email)


@transaction.atomic
def _request(actor: User, email: str) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if user.password != actor.password:  # taken from them while it was being checked
        raise ReauthenticationRequired
    record("user:email_change_requested", actor=user, target=user)
    if not User.objects.filter(email=email).exists() and may_mail("change", email, user):
        owe_mail(user, Purpose.CHANGE_EMAIL, email=email)


@transaction.atomic
def confirm_email_change(*, actor: User, token: str) -> None:
    """Move the actor to the address that the mailed token was sent to. Raises BadLink.

    Only in a session of the account: else a stranger could ask for this with somebody's address, and whoever opens
    the link there would lend it to an account that is not theirs. In a foreign session the link stays good.
    Links that went to the present address stop working; both addresses are told. Sessions stay: who asked
    for this proved who they are.
    """
    used = use_email_token(secret=token, purpose=Purpose.CHANGE_EMAIL)
    user = used.user
    if user.pk != actor.pk:
        raise BadLink.on_field("token", BadLink.cause, code=BadLink.code)
    used.previous_email, user.email, user.email_verified_at = user.email, used.email, timezone.now()
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_verified_at", "updated_at"])
    except IntegrityError as error:  # somebody else took it meanwhile
        raise BadLink.on_field("token", BadLink.cause, code=BadLink.code) from error
    used.save(update_fields=["previous_email", "updated_at"])
    for purpose in Purpose:
        withdraw_email_tokens(user=user, purpose=purpose)
    record("user:email_changed", actor=user, target=user)
    publish(EmailChanged(used.pk), aggregate=user, actor=user)
