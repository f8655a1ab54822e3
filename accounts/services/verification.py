"""Signing up, and proving that an address is one's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.events import (
    EmailChangeRequested,
    EmailVerificationRequested,
    EmailVerified,
    PasswordResetRequested,
    SignInAddressKnown,
    UserRegistered,
)
from accounts.links import digest_of, secret_of
from accounts.models import EmailToken, User, normalise_email
from accounts.passwords import check_new_password
from accounts.services.guessing import count_mail, may_mail
from umemployed.api.errors import Forbidden, Invalid
from umemployed.api.ids import new_public_id
from umemployed.audit.record import record
from umemployed.events.log import publish
from umemployed.privacy.services.consents import give_at_sign_up

EVEN_SECONDS = 0.25  # of looking an address up and writing that a mail is owed, on a loaded machine
EVEN_SECONDS_WITH_ARGON2 = 0.5
Purpose = EmailToken.Purpose


class EmailUnverified(Forbidden):
    code = "email_unverified"
    title = _("Prove your e-mail address first")
    cause = _("Until the address is proved you may look, but not apply, post or message.")
    cure = _("Open the link that we mailed, or ask for it again at /api/v1/auth/verify-email/resend/.")


class BadLink(Invalid):
    is_security_event = True
    code = "bad_link"
    title = _("This link does not work any more")
    cause = _("The link is not one of ours, was used or replaced by a newer one, or its time is over.")
    cure = _("Ask for a new link.")


def require_verified(actor: User) -> None:
    """Raise EmailUnverified unless the actor's address was proved; asks nothing of the database."""
    if not actor.has_verified_email():
        raise EmailUnverified


@contextmanager
def even_time(seconds: float = EVEN_SECONDS) -> Iterator[None]:
    """Let a block take so many seconds however little it had to do, so that its duration tells nothing.

    Sleeps: use it around what is quicker than that, and around the commit, whose cost tells whether anything was
    written. Never within a transaction, whose locks others wait for.
    """
    started = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0.0, seconds - (time.monotonic() - started)))


def register(*, email: str, password: str, full_name: str = "", language: str = "en") -> None:
    """Sign a person up, or tell the owner of a known address by mail; callers cannot tell which.

    Raises Invalid when the password is refused, and TooManyRequests.
    """
    person = User(email=normalise_email(email), full_name=full_name, language=language)
    check_new_password(password, person, attr="password")
    count_mail("register", person.email)
    person.set_password(password)
    _enter(person)


@transaction.atomic
def _enter(person: User) -> None:
    try:
        with transaction.atomic():
            enter_person(person)
    except IntegrityError:
        _meet_again(person)
        return
    if may_mail("register", person.email):
        owe_mail(person, Purpose.VERIFY_EMAIL)


def enter_person(person: User) -> None:
    """Write a newcomer down, by whichever door they come. Raises IntegrityError when the address is taken."""
    person.save(force_insert=True)
    record("user:registered", actor=person, target=person)
    give_at_sign_up(person=person)
    publish(UserRegistered(person.pk), aggregate=person, actor=person)


def _meet_again(person: User) -> None:
    """Somebody signs up with a known address: nothing changes until the mailbox's owner opens a link.

    While the address is unproved nobody knows who signed up first, so no earlier link may prove it with a
    password that a stranger chose: the owner gets a link to choose one, which ends every session.
    """
    known = User.objects.select_for_update(no_key=True).get(email=person.email)
    record("user:registered_again", actor=None, target=known)
    may_be_told = may_mail("register", known.email, known)
    if known.has_verified_email() or not known.is_active:
        if may_be_told:
            publish(SignInAddressKnown(known.pk), aggregate=known)
        return
    withdraw_email_tokens(user=known, purpose=Purpose.VERIFY_EMAIL)
    if may_be_told:
        owe_mail(known, Purpose.RESET_PASSWORD)


OWED = {
    Purpose.VERIFY_EMAIL: EmailVerificationRequested,
    Purpose.RESET_PASSWORD: PasswordResetRequested,
    Purpose.CHANGE_EMAIL: EmailChangeRequested,
}


def owe_mail(user: User, purpose: EmailToken.Purpose, *, email: str = "") -> None:
    """Make a link for a person (locked by the caller, or new) and publish that its mail is owed.

    ``email`` is where it goes, if not to the person's own address.
    """
    token = issue_email_token(user=user, purpose=purpose, email=email)
    publish(OWED[purpose](token.pk), aggregate=user)


LIFETIMES = {
    Purpose.VERIFY_EMAIL: lambda: settings.VERIFY_EMAIL_LIFETIME,
    Purpose.RESET_PASSWORD: lambda: settings.RESET_PASSWORD_LIFETIME,
    Purpose.CHANGE_EMAIL: lambda: settings.RESET_PASSWORD_LIFETIME,
}


def issue_email_token(*, user: User, purpose: EmailToken.Purpose, email: str = "") -> EmailToken:
    """Make the row of a mailed link; earlier links of the same purpose stop working."""
    withdraw_email_tokens(user=user, purpose=purpose)
    public_id = new_public_id()
    lifetime: timedelta = LIFETIMES[purpose]()
    return EmailToken.objects.create(
        public_id=public_id,
        user=user,
        purpose=purpose,
        email=email or user.email,
        digest=digest_of(secret_of(purpose, public_id)),
        expires_at=timezone.now() + lifetime,
    )


def withdraw_email_tokens(*, user: User, purpose: EmailToken.Purpose) -> None:
    """Make the open links of one purpose useless."""
    EmailToken.objects.filter(user=user, purpose=purpose, used_at=None).update(used_at=Now())


def use_email_token(*, secret: str, purpose: EmailToken.Purpose) -> EmailToken:
    """Use a mailed secret up and return its row with the person locked; exactly one caller can.

    Call it in a transaction: if what follows fails, the link is good again. Raises BadLink.
    """
    digest = digest_of(secret)
    usable = EmailToken.objects.filter(digest=digest, purpose=purpose, used_at=None, expires_at__gt=Now())
    if not usable.update(used_at=Now()):
        raise BadLink.on_field("token", BadLink.cause, code=BadLink.code)
    token = EmailToken.objects.get(digest=digest)
    token.user = User.objects.select_for_update(no_key=True).get(pk=token.user_id)
    is_stale = purpose != Purpose.CHANGE_EMAIL and token.user.email != token.email
    if is_stale or not token.user.is_active:
        raise BadLink.on_field("token", BadLink.cause, code=BadLink.code)
    return token


@transaction.atomic
def verify_email(*, token: str) -> User:
    """Prove the address that a mailed token was sent to. Raises BadLink.

    The link proves the mailbox, not who set the password: until the owner proves the address otherwise, that is
    remembered (``accounts.services.reclaiming``).
    """
    user = use_email_token(secret=token, purpose=Purpose.VERIFY_EMAIL).user
    if not user.has_verified_email():
        user.maker_unknown = user.has_usable_password()
        user.save(update_fields=["maker_unknown", "updated_at"])
    mark_verified(user)
    return user


def mark_verified(user: User) -> None:
    """Note that the person (locked by the caller) proved the address; told once."""
    if user.has_verified_email():
        return
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at", "updated_at"])
    record("user:email_verified", actor=user, target=user)
    publish(EmailVerified(user.pk), aggregate=user, actor=user)


def resend_verification(*, email: str) -> None:
    """Mail the newest link again, as a new one, to whoever still needs it. Raises TooManyRequests."""
    email = normalise_email(email)
    count_mail("resend", email)
    _resend(email)


@transaction.atomic
def _resend(email: str) -> None:
    user = User.objects.select_for_update(no_key=True).filter(email=email, is_active=True).first()
    if user is None or user.has_verified_email() or not may_mail("resend", email, user):
        return
    newest = EmailToken.objects.filter(user=user).exclude(purpose=Purpose.CHANGE_EMAIL).order_by("-pk").first()
    owe_mail(user, Purpose(newest.purpose) if newest else Purpose.VERIFY_EMAIL)
