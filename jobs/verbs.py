"""What one may do with a posting: one table for what is offered and for what is accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jobs.models import Job, Status
from umemployed.api.actions import Action, action_url


@dataclass(frozen=True)
class Verb:
    """A move of a posting's state. Together the verbs are exactly ``TRANSITIONS``, each pair once."""

    name: str
    sources: frozenset[Status]
    target: Status


VERBS = {
    verb.name: verb
    for verb in (
        Verb("publish", frozenset({Status.DRAFT, Status.PAUSED}), Status.LIVE),
        Verb("pause", frozenset({Status.LIVE}), Status.PAUSED),
        Verb("close", frozenset({Status.LIVE, Status.PAUSED}), Status.CLOSED),
        Verb("reopen", frozenset({Status.CLOSED}), Status.LIVE),
        Verb("archive", frozenset({Status.DRAFT, Status.CLOSED}), Status.ARCHIVED),
    )
}


def blockers_of(job: Job, now: datetime | None = None) -> list[str]:
    """Return why the posting cannot be live as it is, machine-readable; reads its locations."""
    found = []
    if not job.description.strip():
        found.append("missing_description")
    if job.needs_location() and not job.locations.all():
        found.append("missing_location")
    if job.is_expired(now):
        found.append("expiry_passed")
    return found


def actions_of(job: Job) -> list[Action]:
    """Return every verb with whether it would be accepted now, and why not; reads the job's locations."""
    return [_action(job, verb) for verb in VERBS.values()]


def _action(job: Job, verb: Verb) -> Action:
    reasons = ["wrong_state"] if job.status not in verb.sources else []
    if not reasons and verb.target == Status.LIVE:
        reasons = blockers_of(job)
    return Action(
        id=verb.name,
        url=action_url(f"job-{verb.name}", job),
        enabled=not reasons,
        reason=reasons[0] if reasons else "",
        arguments=["version"],
    )
