"""What one may do with a posting: one table for what is offered and for what is accepted.

The answers depend on who asks: ``Job.is_approver`` (holds the right to approve) and ``Job.is_own`` (wrote or
submitted it) are annotated by ``JobQuerySet.with_rights_of`` and set by the services.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from jobs.anonymity import names_employer
from jobs.models import Job, Status
from umemployed.api.actions import Action, action_url


@dataclass(frozen=True)
class Verb:
    """A move of a posting's state. Together the verbs are exactly ``TRANSITIONS``.

    One that ``waits`` brings a posting whose moment (``publish_at``) is still to come to scheduled instead.
    """

    name: str
    sources: frozenset[Status]
    target: Status
    arguments: tuple[str, ...] = ("version",)
    waits: frozenset[Status] = frozenset()
    is_review: bool = False

    def goes_live(self) -> bool:
        """Say whether the posting becomes public by it, at once or at its moment."""
        return self.target == Status.LIVE

    def target_of(self, job: Job) -> Status:
        """Return where this posting would go now."""
        if job.status in self.waits and job.publish_at is not None and job.publish_at > timezone.now():
            return Status.SCHEDULED
        return self.target


# What helps against each reason, for people.
REMEDIES = {
    "wrong_state": _("The job's state does not allow this; look at its other actions."),
    "forbidden": _("Ask an owner or admin of the company."),
    "own_posting": _("Nobody approves what they wrote or submitted; ask another member who may."),
    "approval_needed": _("Submit the job; another member has to approve it."),
    "approval_not_needed": _("The company asks for no approval; publish the job."),
    "missing_description": _("Describe the work."),
    "missing_location": _("Name a place of work, or make the work remote."),
    "expiry_passed": _("Move the last day beyond the publication."),
    "taken_down": _("Staff took the job down; write to support."),
    "employer_named": _("Take the company's name and domain out of the text, or do without anonymity."),
}
UNCHECKED = ("version", "allow_duplicate")
VERBS = {
    verb.name: verb
    for verb in (
        Verb("submit", frozenset({Status.DRAFT}), Status.PENDING),
        Verb(
            "approve",
            frozenset({Status.PENDING}),
            Status.LIVE,
            (*UNCHECKED, "comment"),
            waits=frozenset({Status.PENDING}),
            is_review=True,
        ),
        Verb("reject", frozenset({Status.PENDING}), Status.DRAFT, ("version", "objections", "comment"), is_review=True),
        Verb("recall", frozenset({Status.PENDING, Status.SCHEDULED}), Status.DRAFT),
        Verb(
            "publish",
            frozenset({Status.DRAFT, Status.SCHEDULED, Status.PAUSED}),
            Status.LIVE,
            UNCHECKED,
            waits=frozenset({Status.DRAFT}),
        ),
        Verb("pause", frozenset({Status.LIVE}), Status.PAUSED),
        Verb("close", frozenset({Status.LIVE, Status.PAUSED}), Status.CLOSED, ("version", "keep_applicants")),
        Verb("reopen", frozenset({Status.CLOSED}), Status.LIVE, UNCHECKED),
        Verb("archive", frozenset({Status.DRAFT, Status.CLOSED}), Status.ARCHIVED),
    )
}


def blockers_of(job: Job, now: datetime | None = None) -> list[str]:
    """Return why the posting cannot be live as it is, machine-readable; reads company, locations and questions."""
    found = []
    if not job.description.strip():
        found.append("missing_description")
    if job.needs_location() and not job.locations.all():
        found.append("missing_location")
    if job.is_expired(now) or (job.publish_at and job.is_expired(job.publish_at)):
        found.append("expiry_passed")
    if job.taken_down_at is not None:
        found.append("taken_down")
    if job.is_anonymous and names_employer(job):
        found.append("employer_named")
    return found


def needs_approval(job: Job) -> bool:
    """Say whether somebody else of the company has to approve the posting before it is published; reads company."""
    return job.status == Status.DRAFT and job.company.approves_jobs


def actions_of(job: Job) -> list[Action]:
    """Return every verb with whether it would be accepted now, and why not; see ``blockers_of`` for its reads."""
    return [_action(job, verb) for verb in VERBS.values()]


def _action(job: Job, verb: Verb) -> Action:
    reason = reason_against(job, verb)
    return Action(
        id=verb.name,
        url=action_url(f"job-{verb.name}", job),
        enabled=not reason,
        reason=reason,
        remedy=gettext(REMEDIES[reason]) if reason else "",
        arguments=list(verb.arguments),
    )


def reason_against(job: Job, verb: Verb) -> str:
    """Return the first thing that stands against the verb, machine-readable; empty where nothing does."""
    if job.status not in verb.sources:
        return "wrong_state"
    if verb.is_review and not getattr(job, "is_approver", False):
        return "forbidden"
    if verb.is_review and getattr(job, "is_own", True):
        return "own_posting"
    if verb.name == "publish" and needs_approval(job):
        return "approval_needed"
    if verb.name == "submit" and not job.company.approves_jobs:
        return "approval_not_needed"
    blockers = blockers_of(job) if verb.goes_live() or verb.name == "submit" else []
    return blockers[0] if blockers else ""
