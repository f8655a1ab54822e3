"""The words of the pipeline, and its one law."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What became of an application. Where an active one stands in the pipeline is its stage."""

    ACTIVE = "active", _("active")
    HIRED = "hired", _("hired")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


# From active to active is a move between stages, from rejected to rejected is telling it to the candidate, who may
# withdraw until then. Who withdrew applies again; nobody else can undo that.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.ACTIVE: frozenset({Status.ACTIVE, Status.HIRED, Status.REJECTED, Status.WITHDRAWN}),
    Status.HIRED: frozenset({Status.ACTIVE}),
    Status.REJECTED: frozenset({Status.ACTIVE, Status.REJECTED, Status.WITHDRAWN}),
    Status.WITHDRAWN: frozenset(),
}
# Of these a person has at most one per job.
STANDING = (Status.ACTIVE, Status.HIRED)


class Side(enum.StrEnum):
    """Which side of the application a person stands on."""

    CANDIDATE = "candidate"
    TEAM = "team"


@dataclass(frozen=True)
class Verb:
    """One act on an application. ``stays`` tells a move within a status from a change of it."""

    id: str
    side: Side
    target: Status
    stays: bool = False
    arguments: tuple[str, ...] = ()

    def accepts(self, status: Status) -> bool:
        """Say whether the table allows the act from this status."""
        return self.target in TRANSITIONS[status] and (status == self.target) is self.stays


MOVE = Verb("move", Side.TEAM, Status.ACTIVE, stays=True, arguments=("stage", "version"))
HIRE = Verb("hire", Side.TEAM, Status.HIRED, arguments=("version",))
REJECT = Verb(
    "reject", Side.TEAM, Status.REJECTED, arguments=("reason", "company_reason", "note", "delay_minutes", "version")
)
ANNOUNCE = Verb("announce", Side.TEAM, Status.REJECTED, stays=True, arguments=("version",))
RESTORE = Verb("restore", Side.TEAM, Status.ACTIVE, arguments=("version",))
WITHDRAW = Verb("withdraw", Side.CANDIDATE, Status.WITHDRAWN, arguments=("note",))
VERBS = (MOVE, HIRE, REJECT, ANNOUNCE, RESTORE, WITHDRAW)


class Phase(models.TextChoices):
    """What a candidate is told of an active application, whatever the employer calls the stage."""

    RECEIVED = "received", _("received")
    IN_REVIEW = "in_review", _("in review")
    INTERVIEWING = "interviewing", _("interviewing")
    DECIDING = "deciding", _("decision pending")


class StageKind(models.TextChoices):
    """What happens in a stage, for programs: dashboards and checks, never for the candidate."""

    INBOX = "inbox", _("inbox")
    SCREENING = "screening", _("screening")
    ASSESSMENT = "assessment", _("assessment")
    INTERVIEW = "interview", _("interview")
    OFFER = "offer", _("offer")
    OTHER = "other", _("other")


class Progress(models.TextChoices):
    """The candidate's own status: the phase while it is active, and then how it ended."""

    RECEIVED = Phase.RECEIVED.value, Phase.RECEIVED.label
    IN_REVIEW = Phase.IN_REVIEW.value, Phase.IN_REVIEW.label
    INTERVIEWING = Phase.INTERVIEWING.value, Phase.INTERVIEWING.label
    DECIDING = Phase.DECIDING.value, Phase.DECIDING.label
    HIRED = "hired", _("hired")
    NOT_SELECTED = "not_selected", _("not selected")
    WITHDRAWN = "withdrawn", _("withdrawn")


ENDINGS = {
    Status.HIRED: Progress.HIRED,
    Status.REJECTED: Progress.NOT_SELECTED,
    Status.WITHDRAWN: Progress.WITHDRAWN,
}
# The stages of a job that says nothing else, in order. An offer is not promised before it is made.
DEFAULT_STAGES = (
    (_("New"), StageKind.INBOX, Phase.RECEIVED),
    (_("Screening"), StageKind.SCREENING, Phase.IN_REVIEW),
    (_("Interview"), StageKind.INTERVIEW, Phase.INTERVIEWING),
    (_("Offer"), StageKind.OFFER, Phase.DECIDING),
)


class RejectionReason(models.TextChoices):
    """Why the team said no; never shown to the candidate."""

    NOT_QUALIFIED = "not_qualified", _("not qualified")
    OTHER_CANDIDATE = "other_candidate", _("another candidate was chosen")
    PAY = "pay", _("pay expectations")
    LOCATION = "location", _("location or work permit")
    UNRESPONSIVE = "unresponsive", _("did not answer")
    JOB_CLOSED = "job_closed", _("the job was closed")
    OTHER = "other", _("other")


class EventKind(models.TextChoices):
    """What a row of the history tells."""

    SUBMITTED = "submitted", _("submitted")
    SEEN = "seen", _("seen by the employer")
    MOVED = "moved", _("moved")
    HIRED = "hired", _("hired")
    REJECTED = "rejected", _("rejected")
    ANNOUNCED = "announced", _("rejection told to the candidate")
    RESTORED = "restored", _("restored")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REVEALED = "revealed", _("candidate revealed")
