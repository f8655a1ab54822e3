"""Which homes a person has. Rows decide, never a flag: résumés and applications make a seeker, memberships a recruiter.

The rows belong to apps above this one, so each of them registers its reason for a home when it is ready::

    register_home("recruiter", lambda user: Membership.objects.filter(user=user).exists())

A home may have reasons in several apps; one of them is enough.
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

Reason = Callable[[User], bool]
HOMES: dict[str, list[Reason]] = {}


def register_home(name: str, has_home: Reason) -> None:
    """Add a reason for a home; ``has_home`` costs at most one query per call of GET /me/."""
    HOMES.setdefault(name, []).append(has_home)


def homes_of(user: User) -> list[str]:
    """Return the names of the homes to show, in alphabetical order; at most one query per registered reason."""
    return [name for name, reasons in sorted(HOMES.items()) if any(has_home(user) for has_home in reasons)]
