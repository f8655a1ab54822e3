"""Changing the key that signs access tokens, without a token being refused meanwhile.

Nodes restart one after the other, so for a while some have the new settings and some the old. Each step below
therefore leaves every node able to verify what any other signs:

1. ``JWT_PREVIOUS_KEYS`` gets the new key: all verify it, nobody signs with it;
2. the two change places: some sign with the new key, some with the old, all verify both;
3. once the last token of the old key is over, it goes.
"""

from __future__ import annotations

import dataclasses
import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenBackendError

from accounts.tokens import KeyRingBackend, key_id_of

KEY_BYTES = 48


class CannotRotate(Exception):
    """The keys do not verify each other's tokens, so nothing may be changed; the text says which."""


@dataclasses.dataclass(frozen=True)
class Step:
    """What the environment of every node must say before the next step."""

    signing: str
    previous: tuple[str, ...]

    def ring(self) -> KeyRingBackend:
        """Return how a node of this step signs and verifies."""
        return KeyRingBackend(self.signing, self.previous)

    def variables(self) -> dict[str, str]:
        """Return the two variables as they are written into an environment."""
        return {"JWT_SIGNING_KEY": self.signing, "JWT_PREVIOUS_KEYS": ",".join(self.previous)}


def present_step() -> Step:
    """Return what this process was started with."""
    return Step(settings.JWT_SIGNING_KEY, tuple(settings.JWT_PREVIOUS_KEYS))


def new_key() -> str:
    """Return a signing key: 384 random bits, without characters that an environment file would have to quote."""
    return secrets.token_urlsafe(KEY_BYTES)


def plan_rotation(now: Step, key: str) -> list[Step]:
    """Return the three steps from what is set now to the new key alone; raise CannotRotate if two do not go together.

    A key that still stands in ``JWT_PREVIOUS_KEYS`` stays there until the last step.
    """
    older = tuple(one for one in now.previous if one != key)
    steps = [Step(now.signing, (*older, key)), Step(key, (now.signing, *older)), Step(key, ())]
    for first, then in zip([now, *steps], steps, strict=False):
        if then != steps[2]:  # before the last step one waits until nothing of the old key is left
            verify_each_other(first, then)
    verify(then.ring(), sign(key))
    return steps


def verify_each_other(first: Step, then: Step) -> None:
    """Raise CannotRotate unless nodes of either step believe what nodes of the other sign."""
    for signer, judge in ((first, then), (then, first), (then, then)):
        verify(judge.ring(), sign(signer.signing))


def sign(key: str) -> str:
    """Return a token that names nobody, signed with one key."""
    now = timezone.now()
    claims = {"sub": str(uuid.UUID(int=0)), "sid": str(uuid.UUID(int=0)), "iat": now, "exp": now + timedelta(minutes=1)}
    return KeyRingBackend(key, ()).encode(claims)


def verify(ring: KeyRingBackend, token: str) -> None:
    """Raise CannotRotate unless the ring believes the token."""
    try:
        ring.decode(token)
    except TokenBackendError as error:
        kids = ", ".join(ring.keys)
        raise CannotRotate(f"keys {kids} do not verify a token of the other step: {error}") from error


def names_of(keys: tuple[str, ...]) -> str:
    """Return the public names (``kid``) of keys."""
    return ", ".join(key_id_of(key) for key in keys) or "none"
