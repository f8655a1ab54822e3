from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.tests.racing import race
from applications.models import Application, Offer, OfferApproval, OfferEvent, OfferTerms
from applications.offers import services
from applications.offers.law import actions_of, obstacle, remedy_of
from applications.offers.tests.factories import TERMS, make_offer, make_sent_offer, seen_fresh, set_status
from applications.offers.vocabulary import (
    ACCEPT,
    APPROVE,
    DECLINE,
    EDIT,
    SEND,
    SEND_BACK,
    SUBMIT,
    TRANSITIONS,
    VERBS,
    WITHDRAW,
    OfferStatus,
    OfferVerb,
)
from applications.services import hire_candidate, reject_application, restore_application, withdraw_application
from applications.tests.factories import make_application
from applications.vocabulary import Side, Status
from companies.models import Company
from companies.rights import RIGHTS, Right
from jobs.models import Job
from umemployed.api.errors import Forbidden, Invalid, NotFound, PreconditionFailed
from umemployed.api.preconditions import StaleVersion
from umemployed.audit.models import AuditEntry
from umemployed.events.models import EventRecord
from umemployed.events.relay import Relay

pytestmark = pytest.mark.django_db


def act(verb: OfferVerb, offer: Offer, actor: User) -> Offer:
    """Call the service of a verb, with the version as it is."""
    named: dict[str, Any] = {"actor": actor, "offer_id": offer.pk}
    if verb is EDIT:
        return services.edit_offer(**named, expected_version=offer.version, terms=TERMS)
    calls: dict[str, Callable[..., Offer]] = {
        "submit": services.submit_offer,
        "approve": services.approve_offer,
        "send-back": services.send_offer_back,
        "send": services.send_offer,
        "withdraw": services.withdraw_offer,
        "accept": lambda **more: services.accept_offer(name="Alice Ndongo", **more),
        "decline": lambda **more: services.decline_offer(reason="pay", **more),
    }
    return calls[verb.id](**named, version=offer.version)


def demand_approvals(company: Company, owner: User, count: int) -> None:
    services.set_offer_policy(actor=owner, company_id=company.pk, approvals_required=count)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.id)
@pytest.mark.parametrize("status", OfferStatus)
@pytest.mark.parametrize("approvals", [0, 1])
def test_what_is_offered_is_what_is_accepted(
    application: Application,
    acme: Company,
    alice: User,
    bob: User,
    ada: User,
    status: OfferStatus,
    verb: OfferVerb,
    approvals: int,
) -> None:
    demand_approvals(acme, bob, approvals)
    offer = set_status(make_offer(application, bob), status)
    actor = alice if verb.side is Side.CANDIDATE else ada
    rights = RIGHTS[acme.memberships.get(user=ada).role]
    shown = {entry.id: entry for entry in actions_of(seen_fresh(offer, actor), actor.pk, rights)}[verb.id]
    before = (offer.status, offer.version)
    if shown.enabled:
        assert verb.accepts(status)
        done = act(verb, offer, actor)
        assert done.status == verb.target in TRANSITIONS[status]
        assert done.version == offer.version + 1
    else:
        assert shown.remedy
        with pytest.raises(services.OfferWrongState) as refused:
            act(verb, offer, actor)
        assert refused.value.extra["reason"] == shown.reason
        kept = seen_fresh(offer)
        assert (kept.status, kept.version) == before


def test_every_obstacle_has_its_remedy() -> None:
    for status, verb in itertools.product(OfferStatus, VERBS):
        if not verb.accepts(status):
            assert remedy_of(f"is_{status}", verb.side), (status, verb)


def test_alice_signs_what_was_sent_and_is_hired(application: Application, alice: User, bob: User) -> None:
    offer = make_sent_offer(application, bob)
    signed = services.accept_offer(actor=alice, offer_id=offer.pk, version=offer.version, name="Alice Ndongo")
    assert (signed.status, signed.signed_name) == (OfferStatus.ACCEPTED, "Alice Ndongo")
    assert signed.decided_at is not None
    application.refresh_from_db()
    assert application.status == Status.HIRED
    topics = list(EventRecord.objects.order_by("pk").values_list("topic", flat=True))
    assert topics[-3:] == ["applications.OfferSent", "applications.OfferAccepted", "applications.ApplicationMoved"]
    assert AuditEntry.objects.filter(action="offer:accepted", actor_id=alice.pk).count() == 1
    kinds = OfferEvent.objects.filter(offer=offer).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["created", "sent", "accepted"]


def test_new_terms_are_a_new_version_and_take_a_sent_offer_back(
    application: Application, alice: User, bob: User
) -> None:
    offer = make_sent_offer(application, bob)
    changed = services.edit_offer(
        actor=bob, offer_id=offer.pk, expected_version=offer.version, terms={**TERMS, "title": "Master carpenter"}
    )
    assert (changed.status, changed.terms.number, changed.sent_terms.number) == (OfferStatus.DRAFT, 2, 1)
    assert changed.terms.sha256 != changed.sent_terms.sha256
    with pytest.raises(StaleVersion):
        services.accept_offer(actor=alice, offer_id=offer.pk, version=offer.version, name="Alice Ndongo")
    with pytest.raises(services.OfferWrongState):
        services.accept_offer(actor=alice, offer_id=offer.pk, version=changed.version, name="Alice Ndongo")
    with pytest.raises(PreconditionFailed):
        services.edit_offer(actor=bob, offer_id=offer.pk, expected_version=offer.version, terms=TERMS)


def test_terms_are_never_changed(application: Application, bob: User) -> None:
    terms = make_offer(application, bob).terms
    terms.title = "Another"
    with pytest.raises(TypeError):
        terms.save()


def test_the_hash_is_of_what_the_terms_say(application: Application, bob: User) -> None:
    offer = make_offer(application, bob)
    for place in ("Douala", "Yaoundé"):
        offer = services.edit_offer(
            actor=bob, offer_id=offer.pk, expected_version=offer.version, terms={**TERMS, "place": place}
        )
    first, same, other = OfferTerms.objects.filter(offer=offer).order_by("number").values_list("sha256", flat=True)
    assert first == same != other


def test_four_eyes_and_as_many_as_the_company_asks_for(
    application: Application, acme: Company, bob: User, ada: User, ivo: User
) -> None:
    demand_approvals(acme, bob, 2)
    second = acme.memberships.get(user=ivo)
    acme.memberships.filter(pk=second.pk).update(role="admin")
    offer = make_offer(application, ada)
    with pytest.raises(services.OfferWrongState) as early:
        act(SEND, offer, ada)
    assert early.value.extra["reason"] == "approval_missing"
    offer = act(SUBMIT, offer, ada)
    with pytest.raises(services.OfferWrongState) as own:
        act(APPROVE, offer, ada)
    assert own.value.extra["reason"] == "own_terms"
    offer = act(APPROVE, offer, bob)
    assert offer.status == OfferStatus.PENDING
    with pytest.raises(services.OfferWrongState) as twice:
        act(APPROVE, offer, bob)
    assert twice.value.extra["reason"] == "already_approved"
    offer = act(APPROVE, offer, ivo)
    assert offer.status == OfferStatus.APPROVED
    assert act(SEND, offer, ada).status == OfferStatus.SENT


def test_new_terms_need_new_approvals(application: Application, acme: Company, bob: User, ada: User) -> None:
    demand_approvals(acme, bob, 1)
    offer = act(APPROVE, act(SUBMIT, make_offer(application, bob), bob), ada)
    offer = act(EDIT, offer, bob)
    assert obstacle(SEND, seen_fresh(offer), bob.pk) == "approval_missing"
    offer = act(SUBMIT, offer, bob)
    assert act(APPROVE, offer, ada).status == OfferStatus.APPROVED
    assert OfferApproval.objects.count() == 2


def test_a_recruiter_approves_nothing(application: Application, acme: Company, bob: User, ivo: User) -> None:
    demand_approvals(acme, bob, 1)
    offer = act(SUBMIT, make_offer(application, bob), bob)
    for verb in (APPROVE, SEND_BACK):
        with pytest.raises(Forbidden):
            act(verb, offer, ivo)
    assert Right.APPROVE_OFFERS not in RIGHTS[acme.memberships.get(user=ivo).role]


def test_carol_is_refused_and_nothing_changed(
    application: Application, bob: User, carol: User, globex: Company
) -> None:
    offer = make_sent_offer(application, bob)
    for verb in VERBS:
        with pytest.raises(NotFound):
            act(verb, offer, carol)
    with pytest.raises(NotFound):
        services.create_offer(actor=carol, application_id=application.pk, terms=TERMS)
    with pytest.raises(NotFound):
        services.set_offer_policy(actor=carol, company_id=application.company_id, approvals_required=3)
    assert seen_fresh(offer).version == offer.version


def test_a_draft_is_nothing_to_the_candidate(application: Application, alice: User, bob: User) -> None:
    offer = make_offer(application, bob)
    assert not Offer.objects.for_user(alice).exists()
    with pytest.raises(NotFound):
        act(DECLINE, offer, alice)
    with pytest.raises(Forbidden):
        services.create_offer(actor=alice, application_id=application.pk, terms=TERMS)


def test_expiry_is_judged_at_once_and_told_by_the_clock(application: Application, alice: User, bob: User) -> None:
    offer = make_sent_offer(application, bob)
    Offer.objects.filter(pk=offer.pk).update(expires_at=timezone.now())
    with pytest.raises(services.OfferWrongState) as late:
        act(ACCEPT, offer, alice)
    assert late.value.extra["reason"] == "is_expired"
    assert services.expire_offers() == 1
    assert services.expire_offers() == 0
    assert seen_fresh(offer).status == OfferStatus.EXPIRED
    assert EventRecord.objects.filter(topic="applications.OfferExpired").count() == 1
    assert make_offer(application, bob).status == OfferStatus.DRAFT


def test_a_new_offer_follows_an_expired_one_before_the_clock_has_come(application: Application, bob: User) -> None:
    old = make_sent_offer(application, bob)
    Offer.objects.filter(pk=old.pk).update(expires_at=timezone.now())
    assert make_offer(application, bob).pk != old.pk
    assert seen_fresh(old).status == OfferStatus.EXPIRED


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_an_offer_closes_in_the_future_and_not_in_a_year(application: Application, bob: User, days: int) -> None:
    offer = make_offer(application, bob)
    with pytest.raises(Invalid):
        services.send_offer(actor=bob, offer_id=offer.pk, version=1, expires_at=timezone.now() + timedelta(days=days))
    assert seen_fresh(offer).status == OfferStatus.DRAFT


def test_what_was_sent_promises_an_opening(job: Job, application: Application, bob: User) -> None:
    make_sent_offer(application, bob)
    second = make_offer(make_application(job=job), bob)
    with pytest.raises(services.OfferWrongState) as refused:
        act(SEND, second, bob)
    assert refused.value.extra["reason"] == "no_opening_left"
    Job.objects.filter(pk=job.pk).update(openings=2)
    assert act(SEND, second, bob).status == OfferStatus.SENT


def test_a_hiring_elsewhere_can_take_the_last_opening(
    job: Job, application: Application, alice: User, bob: User
) -> None:
    offer, other = make_sent_offer(application, bob), make_application(job=job)
    hire_candidate(actor=bob, application_id=other.pk, version=other.version)
    with pytest.raises(services.OfferWrongState) as refused:
        act(ACCEPT, offer, alice)
    assert refused.value.extra["reason"] == "no_opening_left"
    application.refresh_from_db()
    assert application.status == Status.ACTIVE


def test_one_live_offer_per_application(application: Application, bob: User) -> None:
    first = make_offer(application, bob)
    with pytest.raises(services.OfferStands) as refused:
        make_offer(application, bob)
    assert refused.value.extra["offer"] == str(first.public_id)
    act(WITHDRAW, first, bob)
    assert make_offer(application, bob).pk != first.pk


def test_an_ended_application_takes_its_offer_with_it(application: Application, alice: User, bob: User) -> None:
    offer = make_sent_offer(application, bob)
    application.refresh_from_db()
    reject_application(actor=bob, application_id=application.pk, version=application.version, reason="pay")
    with pytest.raises(services.OfferWrongState) as refused:
        act(ACCEPT, offer, alice)
    assert refused.value.extra["reason"] == "application_not_active"
    services.close_offer_of(application_id=application.pk)
    services.close_offer_of(application_id=application.pk)
    assert seen_fresh(offer).status == OfferStatus.WITHDRAWN
    assert OfferEvent.objects.filter(offer=offer, kind="withdrawn").count() == 1


def test_a_restored_hiring_can_be_offered_anew(application: Application, alice: User, bob: User) -> None:
    offer = act(ACCEPT, make_sent_offer(application, bob), alice)
    assert obstacle(WITHDRAW, seen_fresh(offer), bob.pk) == "candidate_hired"
    application.refresh_from_db()
    restore_application(actor=bob, application_id=application.pk, version=application.version)
    act(WITHDRAW, seen_fresh(offer), bob)
    assert make_offer(application, bob).status == OfferStatus.DRAFT


def test_the_database_itself_keeps_the_law(application: Application, bob: User) -> None:
    offer = make_offer(application, bob)
    for wrong in ({"status": "lost"}, {"status": "sent"}, {"status": "accepted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(application=application)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_accepting_and_withdrawing_race_cleanly(alice: User, bob: User, acme: Company, job: Job) -> None:
    for _ in range(12):
        application = make_application(job=job, candidate=None)
        candidate = application.candidate
        offer = make_sent_offer(application, bob)
        accepted, withdrawn = race(
            lambda offer=offer, candidate=candidate: act(ACCEPT, offer, candidate),
            lambda application=application, candidate=candidate: withdraw_application(
                actor=candidate, application_id=application.pk
            ),
        )
        application.refresh_from_db()
        failures = [result for result in (accepted, withdrawn) if isinstance(result, Exception)]
        assert len(failures) == 1, failures
        assert application.status == (Status.HIRED if withdrawn in failures else Status.WITHDRAWN)
        assert (seen_fresh(offer).status == OfferStatus.ACCEPTED) is (application.status == Status.HIRED)
        Application.objects.filter(pk=application.pk).update(status="rejected", decided_at=timezone.now())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_teams_withdrawal_and_new_terms_race_with_the_signature(job: Job, bob: User, ada: User) -> None:
    for rival in (WITHDRAW, EDIT) * 5:
        application = make_application(job=job)
        offer = make_sent_offer(application, bob)
        results = race(
            lambda offer=offer, application=application: act(ACCEPT, offer, application.candidate),
            lambda offer=offer, rival=rival: act(rival, offer, ada),
        )
        failures = [type(result) for result in results if isinstance(result, Exception)]
        assert len(failures) == 1, results
        assert failures[0] in {StaleVersion, PreconditionFailed, services.OfferWrongState}
        application.refresh_from_db()
        assert (application.status == Status.HIRED) is not isinstance(results[0], Exception)
        Application.objects.filter(pk=application.pk).update(status="rejected", decided_at=timezone.now())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_drafts_at_once_make_one_offer(job: Job, bob: User) -> None:
    application = make_application(job=job)
    results = race(*[lambda: make_offer(application, bob)] * 20)
    assert sorted(type(result).__name__ for result in results) == ["Offer"] + ["OfferStands"] * 19
    assert Offer.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_three_offers_for_one_opening_are_sent_once(job: Job, bob: User) -> None:
    offers = [make_offer(make_application(job=job), bob) for _ in range(3)]
    results = race(*[lambda offer=offer: act(SEND, offer, bob) for offer in offers])
    assert sum(isinstance(result, Offer) for result in results) == 1
    assert Offer.objects.filter(status=OfferStatus.SENT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_relay_closes_what_is_left_of_a_withdrawn_application(job: Job, bob: User) -> None:
    application = make_application(job=job)
    offer = make_sent_offer(application, bob)
    withdraw_application(actor=application.candidate, application_id=application.pk)
    Relay().drain()
    assert seen_fresh(offer).status == OfferStatus.WITHDRAWN
