"""Whom a person may name at all.

Rows of apps above decide it, so each app registers its question when it is ready::

    register_acquaintance("conversations", lambda user, person: Conversation.objects.of_both(user, person).exists())

To block or report somebody one must have met them here; anybody else does not exist for the asker.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

ACQUAINTANCES: dict[str, Callable[[User, User], bool]] = {}


def register_acquaintance(name: str, have_met: Callable[[User, User], bool]) -> None:
    """Add a question; ``have_met(user, person)`` costs one query."""
    ACQUAINTANCES[name] = have_met


def have_met(user: User, person: User) -> bool:
    """Say whether the two know each other from anywhere; at most one query per registered question."""
    return any(asked(user, person) for _name, asked in sorted(ACQUAINTANCES.items()))
