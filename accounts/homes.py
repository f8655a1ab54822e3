"""Which homes a person has. Rows decide, never a flag: résumés make a seeker, memberships a recruiter.

The rows belong to apps above this one, so each of them registers its home when it is ready::

    register_home("recruiter", lambda user: Membership.objects.filter(user=user).exists())
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

HOMES: dict[str, Callable[[User], bool]] = {}


def register_home(name: str, has_home: Callable[[User], bool]) -> None:
    """Add a home; ``has_home`` costs one query per call of GET /me/."""
    HOMES[name] = has_home


def homes_of(user: User) -> list[str]:
    """Return the names of the homes to show, in alphabetical order; one query per registered home."""
    return [name for name, has_home in sorted(HOMES.items()) if has_home(user)]
