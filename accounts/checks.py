"""What must be true of the settings before anybody can be trusted to be signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

SHORTEST = 32  # bytes: RFC 7518 §3.2 asks of an HS256 key at least the size of its hash


@register("security")
def signing_keys_are_long_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with a key that can be guessed."""
    keys = {"JWT_SIGNING_KEY": [settings.JWT_SIGNING_KEY], "JWT_PREVIOUS_KEYS": settings.JWT_PREVIOUS_KEYS}
    return [
        Error(
            f"{name} holds a key of fewer than {SHORTEST} bytes.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="accounts.E001",
        )
        for name, values in keys.items()
        if any(len(value.encode()) < SHORTEST for value in values)
    ]
