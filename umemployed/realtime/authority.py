"""Whose token is this, and does their session still stand? The roof names who answers.

``settings.REALTIME_AUTHORITY`` is the dotted path of a module (or object) with the two functions of
``Authority``; so the ground learns about sessions without importing the app that keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Principal:
    """A person in one session."""

    user_id: int
    session_id: str


class Authority(Protocol):
    """What the sockets need to know of sessions."""

    def authenticate_token(self, token: str) -> Principal:
        """Return whose access token it is; raise Unauthenticated for any that is not good now."""

    def standing(self, principals: Iterable[Principal]) -> set[Principal]:
        """Return those whose session still stands and whose account is active; one query for all."""


@cache
def authority() -> Authority:
    """Return the authority that the settings name."""
    return import_module(settings.REALTIME_AUTHORITY)  # type: ignore[return-value]
