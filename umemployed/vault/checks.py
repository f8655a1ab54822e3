"""What must be true of the keys before anything can be trusted to them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

SHORTEST = 32  # bytes


@register("security")
def field_keys_are_long_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start without a key, or with one that can be guessed."""
    rings = {"FIELD_ENCRYPTION_KEYS": settings.FIELD_ENCRYPTION_KEYS, "AUDIT_KEYS": settings.AUDIT_KEYS}
    return [
        Error(
            f"{name} must name keys of at least {SHORTEST} bytes, the newest first.",
            hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            id="vault.E001",
        )
        for name, keys in rings.items()
        if not keys or any(len(key.encode()) < SHORTEST for key in keys)
    ]
