"""What stands against an act on an offer now. Services refuse by it and ``actions[]`` is made from it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.law import side_of
from applications.offers.models import Offer
from applications.offers.vocabulary import (
    ACCEPT,
    APPROVE,
    EDIT,
    JUDGED_BY_APPROVERS,
    SEND,
    SUBMIT,
    VERBS,
    WITHDRAW,
    OfferStatus,
    OfferVerb,
)
from applications.vocabulary import Side, Status
from companies.rights import Right
from umemployed.api.actions import Action, action_url

REMEDIES = {
    "is_draft": _("It must be sent, or submitted for approval, first."),
    "is_pending": _("Wait for the approvals, or change the terms, which makes a draft of it."),
    "is_approved": _("It has its approvals: send it."),
    "is_sent": _("The candidate has it; change the terms, or withdraw it."),
    "is_accepted": _("It is accepted; nothing more can be done but to take it back."),
    "is_declined": _("Make a new offer."),
    "is_withdrawn": _("Make a new offer."),
    "is_expired": _("Make a new offer."),
    "application_not_active": _("Restore the application first."),
    "candidate_hired": _("Restore the application first."),
    "approval_missing": _("Submit it for approval."),
    "no_approval_needed": _("The company asks for no approval: send it."),
    "already_approved": _("You approved these terms; others must, too."),
    "own_terms": _("Somebody who did not write the terms must approve them."),
    "no_opening_left": _("Raise the job's number of openings, or withdraw another offer."),
    "right_missing": _("Ask an owner or admin for a role that may."),
}
CANDIDATES_REMEDIES = {
    "is_draft": _("The employer is changing it; wait for the new terms."),
    "is_pending": _("The employer is changing it; wait for the new terms."),
    "is_approved": _("The employer is changing it; wait for the new terms."),
    "is_accepted": _("You accepted it; speak with the employer."),
    "is_declined": _("You declined it; speak with the employer."),
    "is_withdrawn": _("Speak with the employer."),
    "is_expired": _("Ask the employer for a new offer."),
    "application_not_active": _("The application is decided; speak with the employer."),
    "no_opening_left": _("Every opening is taken; speak with the employer."),
}


def remedy_of(reason: str, side: Side) -> str:
    """Return what helps against an obstacle, in the reader's language; '' where nothing stands in the way."""
    return str((CANDIDATES_REMEDIES if side is Side.CANDIDATE else REMEDIES).get(reason, ""))


def obstacle(verb: OfferVerb, offer: Any, actor_id: int | None) -> str:
    """Return why the act is refused now, machine-readable, or ''.

    Wants ``with_parties()`` and ``with_circumstances(actor_id)``; asks the database nothing.
    """
    if not verb.accepts(status := offer.status_at()):
        return f"is_{status}"
    if verb is WITHDRAW:
        return "candidate_hired" if offer.application.status == Status.HIRED else ""
    if offer.application.status != Status.ACTIVE:
        return "application_not_active"
    if verb in {SEND, ACCEPT} and openings_left(verb, offer) <= 0:
        return "no_opening_left"
    return approval_obstacle(verb, offer, status, actor_id)


def openings_left(verb: OfferVerb, offer: Any) -> int:
    """Return how many openings of the job are free. What was sent to others counts as taken until they answer."""
    promised = offer.promised_count if verb is SEND else 0
    return offer.application.job.openings - offer.hired_count - promised


def approval_obstacle(verb: OfferVerb, offer: Any, status: OfferStatus, actor_id: int | None) -> str:
    """Return what the company's rule of approvals has against the act: four eyes, and as many as it asks for."""
    if verb is SUBMIT and not offer.approvals_required:
        return "no_approval_needed"
    if verb is SEND and status == OfferStatus.DRAFT and offer.approvals_required:
        return "approval_missing"
    if verb is APPROVE and offer.terms.author_id == actor_id:
        return "own_terms"
    if verb is APPROVE and offer.approved_by_reader:
        return "already_approved"
    return ""


def right_for(verb: OfferVerb) -> Right:
    """Return the right that an act of the team needs."""
    return Right.APPROVE_OFFERS if verb in JUDGED_BY_APPROVERS else Right.MOVE_APPLICATIONS


def actions_of(offer: Offer, user_id: int, rights: frozenset[Right]) -> list[Action]:
    """Return the acts of the reader's side; those that cannot be done now say why, and what helps. No query."""
    side = side_of(user_id, offer.application)
    return [action(verb, offer, user_id, rights) for verb in VERBS if verb.side is side]


def action(verb: OfferVerb, offer: Offer, user_id: int, rights: frozenset[Right]) -> Action:
    """Return one entry of ``actions[]``."""
    reason = obstacle(verb, offer, user_id)
    if verb.side is Side.TEAM and right_for(verb) not in rights:
        reason = "right_missing"
    return Action(
        id=verb.id,
        method=verb.method,
        url=action_url("offer-detail" if verb is EDIT else f"offer-{verb.id}", offer),
        enabled=not reason,
        reason=reason,
        remedy=remedy_of(reason, verb.side),
        arguments=list(verb.arguments),
    )
