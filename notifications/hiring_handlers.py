"""What teams and candidates are told of offers, retakes, mentions and assignments."""

from __future__ import annotations

from typing import Any

from applications.assessments.events import RetakeGranted
from applications.blind.events import ApplicationRevealed, BlindReviewSwitched
from applications.blind.veil import is_veiled
from applications.events import ReplyFallsDue
from applications.hiring.rights import team_of
from applications.models import Application
from applications.offers.events import (
    OfferAccepted,
    OfferApproved,
    OfferDeclined,
    OfferExpired,
    OfferSent,
    OfferSentBack,
    OfferSubmitted,
    OfferWithdrawn,
)
from applications.offers.models import Offer
from applications.pools.events import PoolConsentAsked
from applications.pools.models import PoolEntry
from applications.teamwork.events import ApplicationAssigned, MemberMentioned
from applications.teamwork.models import Note
from companies.models import Membership, Role
from companies.rights import Right, members_with
from jobs.models import Job
from notifications.handlers import labels_of
from notifications.services import notify, take_back_names
from umemployed.events.log import Meta, on

TO_THE_TEAM = {OfferAccepted: "offer_accepted", OfferDeclined: "offer_declined", OfferExpired: "offer_expired"}
TO_THE_CANDIDATE = {
    OfferSent: "offer_received",
    OfferWithdrawn: "offer_withdrawn",
    OfferExpired: "offer_over",
}
TO_THE_AUTHOR = {OfferApproved: "offer_approved", OfferSentBack: "offer_sent_back"}


def offer_of(offer_id: int) -> Offer | None:
    """Return the offer with what its news name, or None if it is gone."""
    found = Offer.objects.select_related("application__job__company", "application__candidate", "terms")
    return found.filter(pk=offer_id).first()


@on(OfferSent, OfferWithdrawn, OfferExpired)
def tell_the_candidate_of_an_offer(event: OfferSent | OfferWithdrawn | OfferExpired, meta: Meta) -> None:
    """Tell the candidate what they can read, or could: an offer that was never sent is the team's own matter."""
    offer = offer_of(event.offer_id)
    if offer is None or offer.sent_at is None:
        return
    notify(
        kind=TO_THE_CANDIDATE[type(event)],
        recipient_ids=[offer.application.candidate_id],
        meta=meta,
        is_anonymous=True,  # an offer is the company's
        company_id=offer.application.company_id,
        group=f"application:{offer.application.public_id}",
        data=labels_of(offer.application) | {"offer_id": str(offer.public_id)},
    )


@on(OfferAccepted, OfferDeclined, OfferExpired)
def tell_the_team_of_an_answer(event: OfferAccepted | OfferDeclined | OfferExpired, meta: Meta) -> None:
    """Tell whoever decides on the job's applications how an offer ended."""
    offer = offer_of(event.offer_id)
    if offer is not None:
        application = offer.application
        place = {"company_id": application.company_id, "job_id": application.job_id}
        deciders = set(team_of(**place, right=Right.MOVE_APPLICATIONS)) - {application.candidate_id}
        told = for_team(application, offer_id=str(offer.public_id)) | {"is_anonymous": is_veiled(application)}
        # An offer that runs out is nobody's act; it is named by whose it was.
        notify(
            kind=TO_THE_TEAM[type(event)], recipient_ids=deciders, meta=meta, actor_id=application.candidate_id, **told
        )


@on(OfferSubmitted)
def ask_the_approvers_of_an_offer(event: OfferSubmitted, meta: Meta) -> None:
    """Tell whoever may approve offers, but who wrote the terms."""
    offer = offer_of(event.offer_id)
    if offer is not None:
        author = {offer.terms.author_id} if offer.terms else set()
        approvers = set(members_with(offer.application.company_id, Right.APPROVE_OFFERS)) - author
        told = for_team(offer.application, offer_id=str(offer.public_id))
        notify(kind="offer_to_approve", recipient_ids=approvers, meta=meta, **told)


@on(OfferApproved, OfferSentBack)
def tell_the_author_of_an_offer(event: OfferApproved | OfferSentBack, meta: Meta) -> None:
    """Tell who wrote the terms what the approvers said."""
    offer = offer_of(event.offer_id)
    if offer is not None and offer.terms is not None and offer.terms.author_id is not None:
        told = for_team(offer.application, offer_id=str(offer.public_id))
        notify(kind=TO_THE_AUTHOR[type(event)], recipient_ids=[offer.terms.author_id], meta=meta, **told)


@on(MemberMentioned)
def tell_who_was_mentioned(event: MemberMentioned, meta: Meta) -> None:
    """Tell a member that a note names them; never its words."""
    note = Note.objects.select_related("application__job__company").filter(pk=event.note_id).first()
    if note is not None:
        notify(kind="note_mentions_me", recipient_ids=[event.user_id], meta=meta, **for_team(note.application))


@on(ApplicationAssigned)
def tell_who_is_in_charge(event: ApplicationAssigned, meta: Meta) -> None:
    """Tell a member of an application that is theirs now."""
    application = Application.objects.with_parties().filter(pk=event.application_id).first()
    if application is not None:
        notify(kind="application_assigned", recipient_ids=[event.user_id], meta=meta, **for_team(application))


@on(ReplyFallsDue)
def remind_of_a_promised_answer(event: ReplyFallsDue, meta: Meta) -> None:
    """Tell who is in charge of an application, or else whoever may decide on it, that an answer is due."""
    application = Application.objects.with_parties().with_teamwork().filter(pk=event.application_id).first()
    if application is None:
        return
    place = {"company_id": application.company_id, "job_id": application.job_id}
    team = set(team_of(**place, right=Right.MOVE_APPLICATIONS)) - {application.candidate_id}
    chosen = {application.assignee.user_id} & team if application.assignee is not None else set()
    notify(kind="reply_falls_due", recipient_ids=chosen or team, meta=meta, **for_team(application))


@on(PoolConsentAsked)
def ask_whether_one_may_be_kept(event: PoolConsentAsked, meta: Meta) -> None:
    """Tell a candidate that a company would like to keep them in a pool; who of the team asks is not their business."""
    entry = PoolEntry.objects.with_parties().filter(pk=event.entry_id).first()
    if entry is not None:
        notify(
            kind="pool_consent_asked",
            recipient_ids=[entry.candidate_id],
            meta=meta,
            is_anonymous=True,
            company_id=entry.pool.company_id,
            group=f"pool:{entry.public_id}",
            data={"pool_entry_id": str(entry.public_id), "company": entry.pool.company.name},
        )


@on(RetakeGranted)
def tell_the_candidate_of_a_retake(event: RetakeGranted, meta: Meta) -> None:
    """Tell a candidate that they may try once more; who of the team lets them, and why, is not their business."""
    application = Application.objects.with_parties().filter(pk=event.application_id).first()
    if application is not None:
        notify(
            kind="retake_granted",
            recipient_ids=[application.candidate_id],
            meta=meta,
            is_anonymous=True,
            company_id=application.company_id,
            group=f"application:{application.public_id}",
            data=labels_of(application),
        )


def for_team(application: Application, **ids: str) -> dict[str, Any]:
    """Return what a team's news of an application have in common."""
    return {
        "company_id": application.company_id,
        "job_id": application.job_id,
        "for_team": True,
        "group": f"application:{application.public_id}",
        "data": labels_of(application) | ids,
    }


@on(ApplicationRevealed)
def tell_the_owner_of_a_reveal(event: ApplicationRevealed, meta: Meta) -> None:
    """Tell the company's owners that somebody had a candidate's identity shown."""
    application = Application.objects.with_parties().filter(pk=event.application_id).first()
    if application is not None:
        notify(
            kind="candidate_revealed",
            recipient_ids=owners_of(application.company_id),
            meta=meta,
            **for_team(application),
        )


@on(BlindReviewSwitched)
def veil_what_was_told(event: BlindReviewSwitched, meta: Meta) -> None:
    """Tell the owners that a blind review ended; as it begins, take the candidates' names out of what was told."""
    job = Job.objects.select_related("company").filter(pk=event.job_id).first()
    if job is None:
        return
    if event.is_on:
        take_back_names(job=job)
        return
    notify(
        kind="blind_review_ended",
        recipient_ids=owners_of(job.company_id),
        meta=meta,
        company_id=job.company_id,
        job_id=job.pk,
        for_team=True,
        group=f"job:{job.public_id}",
        data={"job_id": str(job.public_id), "job": job.title},
    )


def owners_of(company_id: int) -> set[int]:
    """Return the user ids of a company's owners."""
    return set(Membership.objects.filter(company=company_id, role=Role.OWNER).values_list("user_id", flat=True))
