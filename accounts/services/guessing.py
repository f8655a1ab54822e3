"""How often one may guess, and how often a stranger may make us send mail to somebody."""

from __future__ import annotations

from accounts.links import digest_of
from accounts.models import Session, User
from umemployed.api.context import current_address
from umemployed.api.errors import TooManyRequests
from umemployed.api.limits import spend


def count_sign_in(email: str) -> None:
    """Count one sign-in for an address, known or not, before its password is looked at.

    Few guesses from one place; in all places together many more, which shuts out strangers but not the
    owner at a place where they signed in before. Raises TooManyRequests; Unavailable without Redis.
    """
    account, place = _name(email), current_address()
    spend("login", f"{account}@{place}")
    try:
        spend("login_account", account)
    except TooManyRequests:
        if place is None or not Session.objects.filter(user__email=email, address=place).exists():
            raise


def count_code(user: User) -> None:
    """Count one code of the second step, before it is looked at. Raises as the others do.

    Whoever gets here knows the password, so fifty a day shut the account's second step to a new place;
    never to one where the person signed in before.
    """
    spend("mfa", f"{user.pk}@{current_address()}")
    try:
        spend("mfa_account", f"{user.pk}")
    except TooManyRequests:
        if not Session.objects.filter(user=user, address=current_address()).exclude(address=None).exists():
            raise


def count_password_check(user: User) -> None:
    """Count one check of the current password. Raises TooManyRequests; Unavailable without Redis.

    By session, so that whoever stole one does not use up its owner's guesses in another; in all sessions many more.
    """
    session = user.came_with
    spend("login", f"session:{session.pk}" if session else f"user:{user.pk}")
    spend("password_account", f"{user.pk}")


def count_mail(purpose: str, email: str) -> None:
    """Count one mail that somebody asks for, known address or not, before it is looked up. Raises as the others do.

    By purpose and place, so that nobody is refused a reset because of what a stranger asked for elsewhere.
    """
    spend("token_mail", f"{purpose}:{_name(email)}@{current_address()}")


def may_mail(purpose: str, email: str, user: User | None = None) -> bool:
    """Count one mail that is about to go out, and say whether it may; the caller answers the same either way.

    Bounds what strangers in many places do to a mailbox. Where ``user`` signed in before, the mail goes out whatever
    strangers asked for. Raises Unavailable without Redis.
    """
    try:
        spend("token_mail_address", f"{purpose}:{_name(email)}")
    except TooManyRequests:
        place = current_address()
        return user is not None and place is not None and Session.objects.filter(user=user, address=place).exists()
    return True


def _name(email: str) -> str:
    """Name an address in Redis without spelling it."""
    return digest_of(email)[:32]
