"""What accounts hold about people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat, Now
from django.utils.translation import gettext_lazy as _
from social_django.models import Association, Code, Nonce, Partial, UserSocialAuth

from accounts.models import (
    Authenticator,
    AuthorizationRequest,
    Connection,
    EmailToken,
    RecoveryCode,
    RefreshToken,
    Session,
    SignInChallenge,
    User,
)
from accounts.services import end_sessions
from umemployed.privacy.registry import (
    Basis,
    Blank,
    Delete,
    Kept,
    addresses_of,
    declare,
    mentioning,
    nothing,
    register_activity,
    register_addresses,
    register_hold,
    register_mentions,
    register_opening,
)

OWN: dict[str, Any] = {"basis": Basis.CONTRACT, "kept": Kept.ACCOUNT, "forget": Delete()}
# What a row is called whose person is gone: unique, and no address of anybody (RFC 2606).
NOWHERE = Concat(Value("erased-"), Cast(F("pk"), CharField()), Value("@erased.invalid"))


@register_addresses
def addresses(person: Any) -> Iterator[str]:
    """Yield the present address, those that a link was sent to lately, and those that providers proved."""
    yield person.email
    yield from Connection.objects.filter(user=person).values_list("email", flat=True)
    for pair in EmailToken.objects.filter(user=person).values_list("email", "previous_email"):
        yield from pair


@register_mentions
def mentions(person: Any) -> Iterator[str]:
    """Yield the name and the public id."""
    yield person.full_name
    yield str(person.public_id)


@register_opening
def close_account(person: Any) -> None:
    """Let nobody in any more; from now on others see a deleted user."""
    User.objects.filter(pk=person.pk).update(is_active=False, erased_at=Now())
    person.groups.clear()
    person.user_permissions.clear()
    end_sessions(user=person, reason=Session.EndReason.REVOKED, actor=None)


register_activity(
    lambda since: Session.objects.filter(last_seen_at__gte=since).values_list("user", "last_seen_at").iterator()
)
register_hold(lambda person: person.is_staff)
nothing(Association, Nonce, because=_("Handshakes with providers of identity; nobody is named."))
declare(
    Partial,
    of=lambda person: Partial.objects.filter(mentioning("data", addresses_of(person))),
    holds=_("a sign-in through a provider that was not finished"),
    exported=False,
    **OWN,
)
declare(
    Code,
    of=lambda person: Code.objects.filter(email__in=addresses_of(person)),
    holds=_("a mailed code of a sign-in through a provider"),
    hide=("code",),
    **OWN,
)
declare(
    UserSocialAuth,
    of="user",
    holds=_("which accounts elsewhere you sign in with"),
    hide=("extra_data", "id_key"),
    **OWN,
)
declare(Connection, of="user", holds=_("the identities at providers with which you sign in"), **OWN)
declare(
    AuthorizationRequest,
    of="user",
    holds=_("identities at providers that you began to connect"),
    hide=("state_digest", "browser_digest", "transaction"),
    **OWN,
)
declare(
    RefreshToken,
    of="session__user",
    holds=_("hashes of the tokens of your sessions"),
    exported=False,
    **OWN,
)
declare(Session, of="user", holds=_("where you are signed in: device, address, first and last seen"), **OWN)
declare(
    EmailToken,
    of="user",
    holds=_("the links that were mailed to you: purpose and address"),
    hide=("digest",),
    **OWN,
)
declare(RecoveryCode, of="user", holds=_("hashes of your recovery codes"), exported=False, **OWN)
declare(Authenticator, of="user", holds=_("the secret of your authenticator, encrypted"), hide=("secret",), **OWN)
declare(SignInChallenge, of="user", holds=_("sign-ins that waited for a code"), hide=("digest",), **OWN)
declare(
    User,
    of=lambda person: User.objects.filter(Q(pk=person.pk)),
    holds=_("your account: address, name, language, time zone, and a hash of the password"),
    basis=Basis.CONTRACT,
    kept=Kept.ACCOUNT,
    forget=Blank(
        {
            "email": NOWHERE,
            "email_verified_at": None,
            "full_name": "",
            "language": "en",
            "timezone": "UTC",
            "password": lambda: make_password(None),
            "last_login": None,
            "is_active": False,
            "is_staff": False,
            "is_superuser": False,
            "mfa_enabled_at": None,
        }
    ),
    hide=("password",),
    last=True,
)
