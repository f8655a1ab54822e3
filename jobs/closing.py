"""Who waits for a decision when a posting is closed: apps above this one say so when they load.

``jobs`` cannot know who applied; ``applications`` tells it here::

    @waits_for_a_decision
    def active_applicants(job: Job) -> int: ...
"""

from __future__ import annotations

from collections.abc import Callable

from jobs.models import Job

# From a posting whose row the caller has locked to how many people wait; true until the commit.
Count = Callable[[Job], int]
_counts: list[Count] = []


def waits_for_a_decision(count: Count) -> Count:
    """Ask before a posting is closed under the people whom ``count`` counts."""
    _counts.append(count)
    return count


def waiting_for_a_decision(job: Job) -> int:
    """Return how many people would be left without an answer; one query for each app that counts."""
    return sum(count(job) for count in _counts)
