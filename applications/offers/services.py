"""The verbs of offers, and the errors that they raise.

The order of the locks is that of every act on a pipeline: job, application, offer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.canonical import digest
from applications.hiring.rights import require_on_job
from applications.law import side_of
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
from applications.offers.law import obstacle, remedy_of, right_for
from applications.offers.models import (
    LONGEST_VALIDITY_DAYS,
    Offer,
    OfferApproval,
    OfferEvent,
    OfferPolicy,
    OfferTerms,
)
from applications.offers.vocabulary import (
    ACCEPT,
    APPROVE,
    DECLINE,
    EDIT,
    LIVE,
    SEND,
    SEND_BACK,
    SUBMIT,
    WITHDRAW,
    OfferEventKind,
    OfferStatus,
    OfferVerb,
)
from applications.services.acting import enact, lock_visible
from applications.vocabulary import HIRE, Side, Status
from companies.models import Company
from companies.rights import Right, require
from jobs.models import Job
from umemployed.api.context import current_address
from umemployed.api.errors import Conflict, Forbidden, Invalid, NotFound
from umemployed.api.preconditions import StaleVersion, check_version
from umemployed.audit.record import record
from umemployed.events.log import Event, publish

EXPIRE_AT_ONCE = 500  # rows in one transaction of the clock's task


class OfferWrongState(Conflict):
    code = "offer_wrong_state"
    title = _("The offer does not allow this now")
    cause = _("Its status, its application, its job or the company's approvals forbid the act; `reason` says which.")
    cure = _("Read the offer again and choose among its `actions`; `remedy` says what helps.")


class OfferStands(Conflict):
    code = "offer_stands"
    title = _("There is an offer already")
    cause = _("An application has one live offer at a time.")
    cure = _("Change or withdraw the one named in `offer`.")


# --- The team --------------------------------------------------------------------------------------
@transaction.atomic
def create_offer(*, actor: User, application_id: int, terms: dict[str, Any]) -> Offer:
    """Draft an offer on an active application. Raises NotFound, Forbidden, OfferWrongState, OfferStands."""
    application = lock_visible(actor, application_id)
    if side_of(actor.pk, application) is not Side.TEAM:
        raise Forbidden
    place = {"company_id": application.company_id, "job_id": application.job_id}
    require_on_job(actor, **place, right=Right.MOVE_APPLICATIONS)
    if application.status != Status.ACTIVE:
        raise OfferWrongState(reason="application_not_active", remedy=remedy_of("application_not_active", Side.TEAM))
    expire_offers(application_id=application.pk)
    try:
        with transaction.atomic():
            offer = Offer.objects.create(application=application)
    except IntegrityError:
        standing = Offer.objects.get(application=application, status__in=LIVE)
        raise OfferStands(offer=str(standing.public_id)) from None
    offer.terms = write_terms(offer, actor, number=1, **terms)
    offer.save()
    tell(offer, OfferEventKind.CREATED, actor)
    return offer


@transaction.atomic
def edit_offer(*, actor: User, offer_id: int, expected_version: int, terms: dict[str, Any]) -> Offer:
    """Write new terms, given whole; the offer becomes a draft without approvals, also when it was sent.

    Raises PreconditionFailed when it is no longer the version that the actor saw.
    """
    offer = lock_offer(EDIT, actor, offer_id)
    check_version(offer, expected_version)
    judge(EDIT, offer, actor)
    offer.terms = write_terms(offer, actor, number=offer.terms.number + 1, **terms)  # type: ignore[union-attr]
    return change(offer, EDIT, OfferEventKind.EDITED, actor)


@transaction.atomic
def submit_offer(*, actor: User, offer_id: int, version: int) -> Offer:
    """Ask for the approvals that the company demands."""
    offer = lock_offer_at(SUBMIT, actor, offer_id, version)
    return change(offer, SUBMIT, OfferEventKind.SUBMITTED, actor, fact=OfferSubmitted(offer.pk))


@transaction.atomic
def approve_offer(*, actor: User, offer_id: int, version: int) -> Offer:
    """Say yes to the terms as they are; the last approval that is missing makes the offer ready to send."""
    offer: Any = lock_offer_at(APPROVE, actor, offer_id, version)
    OfferApproval.objects.create(terms=offer.terms, approver=actor)
    if offer.approval_count + 1 >= offer.approvals_required:
        return change(offer, APPROVE, OfferEventKind.APPROVED, actor, fact=OfferApproved(offer.pk))
    offer.version += 1
    offer.save()
    tell(offer, OfferEventKind.APPROVED, actor)
    return offer


@transaction.atomic
def send_offer_back(*, actor: User, offer_id: int, version: int, note: str = "") -> Offer:
    """Ask for other terms instead of approving."""
    offer = lock_offer_at(SEND_BACK, actor, offer_id, version)
    return change(offer, SEND_BACK, OfferEventKind.SENT_BACK, actor, note=note, fact=OfferSentBack(offer.pk))


@transaction.atomic
def send_offer(*, actor: User, offer_id: int, version: int, expires_at: datetime | None = None) -> Offer:
    """Give it to the candidate, open until ``expires_at`` (by default as long as the company's policy says).

    Takes the job's lock: what is sent promises an opening, so no more offers stand than openings are free.
    """
    offer = lock_offer_at(SEND, actor, offer_id, version)
    offer.expires_at = checked_expiry(offer, expires_at)
    offer.sent_at, offer.sent_terms = timezone.now(), offer.terms
    return change(offer, SEND, OfferEventKind.SENT, actor, fact=OfferSent(offer.pk, offer.terms_id))  # type: ignore[arg-type]


@transaction.atomic
def withdraw_offer(*, actor: User, offer_id: int, version: int, note: str = "") -> Offer:
    """Take it back; a candidate who has read it is told."""
    offer = lock_offer_at(WITHDRAW, actor, offer_id, version)
    offer.decided_at = timezone.now()
    return change(offer, WITHDRAW, OfferEventKind.WITHDRAWN, actor, note=note, fact=OfferWithdrawn(offer.pk))


@transaction.atomic
def set_offer_policy(*, actor: User, company_id: int, **changes: int) -> OfferPolicy:
    """Say how the company makes offers from now on. Raises NotFound and Forbidden."""
    require(actor, company_id, Right.MANAGE_COMPANY)
    company = Company.objects.select_for_update(no_key=True).get(pk=company_id)
    policy, _created = OfferPolicy.objects.update_or_create(company=company, defaults=changes)
    record("offer_policy:changed", actor=actor, target=company, **changes)
    return policy


# --- The candidate ---------------------------------------------------------------------------------
@transaction.atomic
def accept_offer(*, actor: User, offer_id: int, version: int, name: str) -> Offer:
    """Sign the terms that were sent, by typing one's name; the same transaction hires.

    Under the locks of job, application and offer, so that it wins or loses cleanly against withdrawing (by
    either side), new terms, expiry, and the last opening.
    """
    offer = lock_offer_at(ACCEPT, actor, offer_id, version)
    offer.decided_at, offer.signed_name, offer.signed_address = timezone.now(), name, current_address()
    change(offer, ACCEPT, OfferEventKind.ACCEPTED, actor, fact=OfferAccepted(offer.pk))
    enact(HIRE, offer.application, actor)
    return offer


@transaction.atomic
def decline_offer(*, actor: User, offer_id: int, version: int, reason: str, note: str = "") -> Offer:
    """Say no, with a reason; the application stays as it is."""
    offer = lock_offer_at(DECLINE, actor, offer_id, version)
    offer.decided_at, offer.decline_reason, offer.decline_note = timezone.now(), reason, note
    return change(offer, DECLINE, OfferEventKind.DECLINED, actor, fact=OfferDeclined(offer.pk))


# --- The house -------------------------------------------------------------------------------------
@transaction.atomic
def expire_offers(*, application_id: int | None = None) -> int:
    """Mark what is over as expired, and return how many; others that work on the same rows are not waited for."""
    rows = Offer.objects.overdue().select_related("application", "terms").order_by("pk")
    rows = rows if application_id is None else rows.filter(application=application_id)
    overdue = list(rows.select_for_update(skip_locked=True, no_key=True, of=("self",))[:EXPIRE_AT_ONCE])
    for offer in overdue:
        offer.status, offer.decided_at = OfferStatus.EXPIRED, offer.expires_at
        offer.version += 1
        offer.save()
        publish(OfferExpired(offer.pk), aggregate=offer)
        tell(offer, OfferEventKind.EXPIRED, None)
    return len(overdue)


@transaction.atomic
def close_offer_of(*, application_id: int) -> None:
    """Withdraw the live offer of an application that was turned down or withdrawn; does nothing otherwise.

    One whose time is over has expired, as its candidate reads it: a rejection that waits must not turn it.
    """
    application = Application.objects.select_for_update(no_key=True).get(pk=application_id)
    if application.status not in {Status.REJECTED, Status.WITHDRAWN}:
        return
    expire_offers(application_id=application_id)
    offer = Offer.objects.select_for_update(no_key=True).filter(application=application, status__in=LIVE).first()
    if offer is None:
        return
    offer.application, offer.decided_at = application, timezone.now()
    change(offer, WITHDRAW, OfferEventKind.WITHDRAWN, None, fact=OfferWithdrawn(offer.pk))


# --- What they share -------------------------------------------------------------------------------
def lock_offer(verb: OfferVerb, actor: User, offer_id: int) -> Offer:
    """Return the locked offer if the act is one of the actor's side and rights. Raises NotFound and Forbidden."""
    named = Offer.objects.for_user(actor).filter(pk=offer_id).values_list("application_id", "application__job_id")
    found = named.first()
    if found is None:
        raise NotFound
    application_id, job_id = found
    if verb in {SEND, ACCEPT}:
        Job.objects.select_for_update(no_key=True).filter(pk=job_id).values_list("pk").first()
    application = lock_visible(actor, application_id)
    if side_of(actor.pk, application) is not verb.side:
        raise Forbidden
    if verb.side is Side.TEAM:
        require_on_job(actor, company_id=application.company_id, job_id=job_id, right=right_for(verb))
    Offer.objects.select_for_update(no_key=True).filter(pk=offer_id).values_list("pk").first()
    return Offer.objects.with_parties().with_circumstances(actor.pk).get(pk=offer_id)


def lock_offer_at(verb: OfferVerb, actor: User, offer_id: int, version: int) -> Offer:
    """Return the locked offer if the actor may do this to it now, as it was seen.

    Raises NotFound, Forbidden, StaleVersion and OfferWrongState; in this order.
    """
    offer = lock_offer(verb, actor, offer_id)
    if version != offer.version:
        raise StaleVersion(current_version=offer.version, state={"status": offer.status_at()})
    judge(verb, offer, actor)
    return offer


def judge(verb: OfferVerb, offer: Offer, actor: User) -> None:
    """Raise OfferWrongState where something stands against the act."""
    if reason := obstacle(verb, offer, actor.pk):
        state = {"status": offer.status_at(), "version": offer.version}
        raise OfferWrongState(reason=reason, remedy=remedy_of(reason, verb.side), state=state)


def checked_expiry(offer: Offer, expires_at: datetime | None) -> datetime:
    """Return when the offer closes. Raises Invalid for a time that is over, or too far away."""
    now = timezone.now()
    if expires_at is None:
        policy = OfferPolicy.objects.filter(company=offer.application.company_id).first() or OfferPolicy()
        return now + timedelta(days=policy.validity_days)
    if not now < expires_at <= now + timedelta(days=LONGEST_VALIDITY_DAYS):
        detail = _("Give a time in the future, at most %(days)s days away.") % {"days": LONGEST_VALIDITY_DAYS}
        raise Invalid.on_field("expires_at", detail, code="out_of_range")
    return expires_at


def write_terms(offer: Offer, author: User, *, number: int, **content: Any) -> OfferTerms:
    """Insert a version of the terms, with the hash of what it says: the same words have the same hash."""
    told = {name: value if isinstance(value, int | None) else str(value) for name, value in content.items()}
    return OfferTerms.objects.create(offer=offer, author=author, number=number, sha256=digest(told), **content)


def change(
    offer: Offer,
    verb: OfferVerb,
    kind: OfferEventKind,
    actor: User | None,
    *,
    note: str = "",
    fact: Event | None = None,
) -> Offer:
    """Bring the locked offer to the verb's status, tell the fact, write history and audit."""
    offer.status = verb.target
    offer.version += 1
    offer.save()
    if fact is not None:
        publish(fact, aggregate=offer, actor=actor)
    tell(offer, kind, actor, note=note)
    return offer


def tell(offer: Offer, kind: OfferEventKind, actor: User | None, *, note: str = "") -> None:
    """Insert one row of history and one of the audit record."""
    OfferEvent.objects.create(
        offer=offer, kind=kind, actor=actor, status=offer.status, terms=offer.terms, note=note, version=offer.version
    )  # type: ignore[misc]  # every offer has terms by now
    record(f"offer:{kind}", actor=actor, target=offer, version=offer.version)
