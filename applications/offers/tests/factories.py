"""Offers for tests, made through the true services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application, Offer, OfferPolicy, OfferTerms
from applications.offers import services
from applications.offers.vocabulary import OfferStatus
from applications.tests.factories import make_application
from companies.models import Role
from companies.tests.factories import make_company

TERMS: dict[str, Any] = {
    "title": "Carpenter",
    "employment_type": "full_time",
    "place": "Douala",
    "starts_on": date(2027, 3, 1),
    "pay_amount": Decimal("350000.00"),
    "pay_currency": "XAF",
    "pay_period": "month",
    "pay_basis": "gross",
    "hours_per_week": Decimal("40.00"),
    "benefits": "Health insurance",
    "conditions": "Subject to references.",
}


def make_offer(application: Application | None = None, author: User | None = None, **terms: Any) -> Offer:
    """A draft by ``author``, by default the owner of the company of a fresh application."""
    application = application or make_application()
    author = author or application.company.memberships.get(role=Role.OWNER).user
    made = services.create_offer(actor=author, application_id=application.pk, terms={**TERMS, **terms})
    return seen_fresh(made)


def make_offer_terms() -> OfferTerms:
    """The terms of a fresh offer."""
    return OfferTerms.objects.get(offer=make_offer())


def make_offer_policy(**overrides: Any) -> OfferPolicy:
    """A company's own policy."""
    return OfferPolicy.objects.create(**{"company": make_company(), **overrides})


def make_sent_offer(application: Application, author: User, **terms: Any) -> Offer:
    """An offer that its candidate can read and accept."""
    draft = make_offer(application, author, **terms)
    return seen_fresh(services.send_offer(actor=author, offer_id=draft.pk, version=draft.version))


def set_status(offer: Offer, status: OfferStatus) -> Offer:
    """Put the row into a state by hand, whatever the table says."""
    now = timezone.now()
    sent = {"sent_at": now, "sent_terms": offer.terms, "expires_at": now + timezone.timedelta(days=1)}
    signed = {"signed_name": "Alice Ndongo", "decided_at": now} if status == OfferStatus.ACCEPTED else {}
    if status == OfferStatus.EXPIRED:
        sent["expires_at"] = now
    Offer.objects.filter(pk=offer.pk).update(status=status, **sent, **signed)
    return seen_fresh(offer)


def seen_fresh(offer: Offer, reader: User | None = None) -> Offer:
    """Return the row as reads load it."""
    rows = Offer.objects.with_parties().with_circumstances(reader.pk if reader else None)
    return rows.get(pk=offer.pk)
