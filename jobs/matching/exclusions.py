"""What need not be recommended any more: rules that apps above this one add when they load.

``jobs`` cannot know who applied; ``applications`` says so here, in its ``AppConfig.ready()``::

    not_recommended("applied", lambda user: Q(pk__in=Application.objects.of_candidate(user).values("job")))
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from accounts.models import User

Rule = Callable[[User], Q]
_rules: dict[str, Rule] = {}


def not_recommended(name: str, rule: Rule) -> None:
    """Add a rule: postings for which ``rule(user)`` holds are not recommended to that person."""
    _rules[name] = rule


def settled_with(user: User) -> Q:
    """Return the condition of all added rules together; nothing when there are none."""
    condition = Q(pk__in=())
    for rule in _rules.values():
        condition |= rule(user)
    return condition
