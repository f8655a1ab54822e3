"""What apps above this one forget when an account goes to the owner of its address.

Nobody knows who made an account whose address is unproved, so what its maker wrote is not handed to the owner. Each
app registers how it forgets what can be written before the address is proved, when it is ready::

    on_reclaim(lambda user: discard_resumes(owner=user))
"""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User

Forget = Callable[[User], None]
RECLAIMS: list[Forget] = []


def on_reclaim(forget: Forget) -> None:
    """Add a step; it runs in the transaction that gives the account over, with the person locked."""
    RECLAIMS.append(forget)
