"""The last step of our pipeline: what a provider has proved, judged and in our own words.

The library's ``associate_by_email`` is not in the pipeline, because it never looks at ``email_verified``.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from social_core.exceptions import AuthResponseError

from accounts.models import normalise_email
from accounts.social.providers import Provider

LONGEST_NAME = 150


@dataclasses.dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider. ``email`` is there only if the provider proved it; else it is empty."""

    provider: str
    issuer: str
    subject: str
    email: str = ""
    full_name: str = ""


def identify(*args: Any, backend: Any, uid: str, details: dict[str, Any], response: Any, **kwargs: Any) -> Identity:
    """End the pipeline with the identity. Raises AuthResponseError for a subject that is none (OIDC Core §2)."""
    provider: Provider = backend.strategy.provider
    if not (0 < len(uid) <= 255 and uid.isascii() and uid.isprintable()):
        raise AuthResponseError(backend, code="invalid_claim", claim="sub", stage="pipeline")
    email, is_proved = backend.named_address(response)
    return Identity(
        provider=provider.slug,
        issuer=provider.issuer,
        subject=uid,
        email=proved_address(email, provider) if is_proved else "",
        full_name=shown_name(details.get("fullname")),
    )


def proved_address(email: object, provider: Provider) -> str:
    """Return an address as we write it, or '' for one that must not stand for an account.

    Only ASCII: lower-casing maps letters such as the Kelvin sign to ASCII ones, so an address that merely looks
    like somebody's would become theirs. An address beyond ASCII can still be signed up with by mail.
    """
    if not isinstance(email, str) or not email.isascii() or len(email) > 254:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return ""
    email = normalise_email(email)
    return email if provider.may_prove(email) else ""


def shown_name(name: object) -> str:
    """Return a name that can be shown: what is printable of it, cut to what the column holds."""
    text = name if isinstance(name, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME].strip()
