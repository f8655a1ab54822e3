"""Who else may read a posting: rules that apps above this one add when they load.

``jobs`` cannot know who applied; ``applications`` says so here, in its ``AppConfig.ready()``::

    also_readable_by("applicants", lambda user: Q(pk__in=Application.objects.filter(candidate=user).values("job")))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User

Rule = Callable[["User"], Q]
_rules: dict[str, Rule] = {}


def also_readable_by(name: str, rule: Rule) -> None:
    """Add a rule: the postings for which ``rule(user)`` holds stay readable to that person in any state."""
    _rules[name] = rule


def readable_by_rule(user: User) -> Q:
    """Return the condition of all added rules together; empty when there are none."""
    condition = Q(pk__in=())
    for rule in _rules.values():
        condition |= rule(user)
    return condition
