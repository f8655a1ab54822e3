"""Who may enter which door: one line for every route and method, checked by test_routes.py.

How to add a route: run ``python -m pytest umemployed/tests/test_routes.py``; it prints the lines that are
missing. Write into the module of the route's app what the five actors meet, in the order

    anonymous, candidate (Alice), recruiter of the company (Bob), recruiter of another (Carol), staff (Dana)

``+`` means that the door opens (any answer but 401, 403 and 404), otherwise the status that refuses.
``+`` for anonymous makes the route public. A route about one object needs a sample in ``SAMPLES``: a
function that gives the URL's arguments for an object of Alice or of Bob's company; of several whose
path fits, the longest wins. Without one the id is of nothing, and everybody who is signed in must meet
404. ``BODIES`` holds a body where ``{}`` would not reach the judgement of rights. ``NOT_KEPT`` names the
POSTs whose answers are kept under no idempotency key, and says why.
"""

from __future__ import annotations

from typing import Any

from umemployed.tests.policy import (
    accounts,
    applications,
    assessments,
    companies,
    ground,
    jobs,
    messaging,
    notifications,
    offers,
    privacy,
    resumes,
    subscriptions,
)
from umemployed.tests.policy.world import Sample, World, nothing

ACTORS = ("anonymous", "candidate", "recruiter", "other", "staff")
MODULES = (
    accounts,
    applications,
    assessments,
    companies,
    ground,
    jobs,
    messaging,
    notifications,
    offers,
    privacy,
    resumes,
    subscriptions,
)

POLICY: dict[str, str] = {}
SAMPLES: dict[str, Sample] = {}
BODIES: dict[str, dict[str, Any]] = {}
NOT_KEPT: set[str] = set()
for _module in MODULES:
    POLICY |= _module.POLICY
    SAMPLES |= getattr(_module, "SAMPLES", {})
    BODIES |= getattr(_module, "BODIES", {})
    NOT_KEPT |= getattr(_module, "NOT_KEPT", set())

__all__ = ["ACTORS", "BODIES", "NOT_KEPT", "POLICY", "SAMPLES", "World", "nothing"]
