"""What stands against an act now. Services refuse by it and ``actions[]`` is made from it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.vocabulary import ANNOUNCE, HIRE, RESTORE, VERBS, WITHDRAW, Side, Status, Verb
from companies.rights import Right
from umemployed.api.actions import Action, action_url

# What helps against each obstacle, for people.
REMEDIES = {
    "is_active": _("It is active and was not decided; decide first."),
    "is_hired": _("Restore it first."),
    "is_rejected": _("Restore it first."),
    "is_withdrawn": _("Only the candidate can come back, by applying again."),
    "applied_again": _("Work on the person's later application to the same job."),
    "no_opening_left": _("Raise the job's number of openings, or restore somebody who was hired."),
    "already_told": _("The candidate knows; restore it if it was a mistake."),
    "already_in_stage": _("Choose another stage."),
    "offer_would_tell": _("Withdraw the offer first, or tell the rejection at once, with `delay_minutes` 0."),
    "right_missing": _("Ask an owner or admin for a role that may, or for a place on the job's hiring team."),
}
CANDIDATES_REMEDIES = {
    "is_hired": _("Speak with the employer."),
    "is_rejected": _("It was decided; look for another job, or apply again later."),
    "is_withdrawn": _("You withdrew it; apply again when the time for it has come."),
}


def remedy_of(reason: str, side: Side) -> str:
    """Return what helps against an obstacle, in the reader's language; '' where nothing stands in the way."""
    own = CANDIDATES_REMEDIES.get(reason) if side is Side.CANDIDATE else None
    return str(own or REMEDIES.get(reason) or "")


def obstacle(verb: Verb, application: Any) -> str:
    """Return why the act is refused now, machine-readable, or ''.

    Wants ``with_circumstances()`` and ``job`` loaded; asks the database nothing.
    """
    if not verb.accepts(Status(application.status)):
        return f"is_{application.status}"
    if verb is WITHDRAW and application.status == Status.REJECTED and application.withheld_until is None:
        return "is_rejected"
    if verb is ANNOUNCE and application.withheld_until is None:
        return "already_told"
    if verb is RESTORE and application.is_superseded:
        return "applied_again"
    if verb is HIRE and application.hired_count >= application.job.openings:
        return "no_opening_left"
    return ""


def side_of(user_id: int, application: Application) -> Side:
    """Return the side on which a person who sees the application stands; nobody judges their own."""
    return Side.CANDIDATE if application.candidate_id == user_id else Side.TEAM


def actions_of(application: Application, side: Side, rights: frozenset[Right]) -> list[Action]:
    """Return the acts of one side; those that cannot be done now say why, and what helps. No query."""
    return [action(verb, application, rights) for verb in VERBS if verb.side is side]


def action(verb: Verb, application: Application, rights: frozenset[Right]) -> Action:
    """Return one entry of ``actions[]``."""
    reason = obstacle(verb, application)
    if verb.side is Side.TEAM and Right.MOVE_APPLICATIONS not in rights:
        reason = "right_missing"
    return Action(
        id=verb.id,
        url=action_url(f"application-{verb.id}", application),
        enabled=not reason,
        reason=reason,
        remedy=remedy_of(reason, verb.side),
        arguments=list(verb.arguments),
    )
