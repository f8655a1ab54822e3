"""Strict readers of the process environment.

A value that is set but cannot be read is an error that names the variable and
the cure; it never falls back in silence. Only ``umemployed.settings`` calls these.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

TRUTHS = {"1": True, "true": True, "0": False, "false": False}


def text(name: str, default: str | None = None) -> str:
    """Return the variable, or ``default``; raise ImproperlyConfigured when neither exists."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment or in .env; see docs/operations.md.")
    return value


def shaped(name: str, pattern: str, wanted: str, default: str | None = None) -> str:
    """Return a text that matches the whole pattern, or ``default``; the error never shows the value, a secret maybe."""
    value = text(name, default)
    if value != default and not re.fullmatch(pattern, value):
        raise ImproperlyConfigured(f"{name} must be {wanted}.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return a boolean: exactly 1, 0, true or false. ``DEBUG=yes`` is an error, not a truth."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        return TRUTHS[raw.strip().lower()]
    except KeyError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a boolean. Use 1, 0, true or false.") from None


def integer(name: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
    """Return a whole number within [minimum, maximum]."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number.") from None
    if not minimum <= value <= maximum:
        raise ImproperlyConfigured(f"{name}={value} must be between {minimum} and {maximum}.")
    return value


def words(name: str, default: Iterable[str] = ()) -> list[str]:
    """Return a comma-separated list, blanks dropped."""
    raw = os.environ.get(name)
    if raw is None:
        return list(default)
    return [word.strip() for word in raw.split(",") if word.strip()]


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """Return one of the allowed words."""
    value = os.environ.get(name, default)
    allowed = tuple(allowed)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} must be one of: {', '.join(allowed)}.")
    return value


def json_object(name: str) -> dict[str, Any]:
    """Return a JSON object; {} when the variable is not set or empty. No member may stand twice."""
    raw = os.environ.get(name, "").strip()
    try:
        value = json.loads(raw or "{}", object_pairs_hook=_once)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not a JSON object: {type(error).__name__}.") from None
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def table(name: str, default: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return ``DE.application=6,FR.account=24`` as ``{"DE": {"application": 6}, "FR": {"account": 24}}``."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    found: dict[str, dict[str, int]] = {}
    for word in words(name):
        place, _, number = word.partition("=")
        row, _, column = place.partition(".")
        if not (row and column and number.isdecimal() and int(number) > 0):
            raise ImproperlyConfigured(f"{name}: {word!r} is not like DE.application=6.")
        found.setdefault(row, {})[column] = int(number)
    return found
