"""Who may enter the doors of offers; the sample is one of Bob's company that Alice can read."""

from __future__ import annotations

from applications.models import Offer
from applications.offers.tests.factories import make_sent_offer
from umemployed.tests.policy.world import Sample, World, sent_application

POLICY: dict[str, str] = {
    "GET applications/{public_id}/offers/": "401 + + 404 404",
    "POST applications/{public_id}/offers/": "401 403 + 404 404",
    "GET offers/": "401 + + + +",
    "GET offers/{public_id}/": "401 + + 404 404",
    "PATCH offers/{public_id}/": "401 403 + 404 404",
    "GET offers/{public_id}/history/": "401 403 + 404 404",
    "GET offers/{public_id}/letter/": "401 + + 404 404",
    "POST offers/{public_id}/submit/": "401 403 + 404 404",
    "POST offers/{public_id}/approve/": "401 403 + 404 404",
    "POST offers/{public_id}/send-back/": "401 403 + 404 404",
    "POST offers/{public_id}/send/": "401 403 + 404 404",
    "POST offers/{public_id}/withdraw/": "401 403 + 404 404",
    "POST offers/{public_id}/accept/": "401 + 403 404 404",
    "POST offers/{public_id}/decline/": "401 + 403 404 404",
    "GET companies/{slug}/offer-policy/": "401 404 + 404 404",
    "PATCH companies/{slug}/offer-policy/": "401 404 + 404 404",
}


def sent_offer(world: World) -> Offer:
    """An offer of Bob that Alice can read."""
    application = sent_application(world)
    return Offer.objects.filter(application=application).first() or make_sent_offer(application, world.recruiter)


SAMPLES: dict[str, Sample] = {
    "offers/": lambda world: {"public_id": sent_offer(world).public_id},
}

TERMS: dict[str, object] = {
    "title": "Nurse",
    "employment_type": "full_time",
    "starts_on": "2027-03-01",
    "pay": {"amount": "1.00", "currency": "EUR"},
    "pay_period": "year",
}
BODIES: dict[str, dict[str, object]] = {
    "POST applications/{public_id}/offers/": {"terms": TERMS},
    "PATCH offers/{public_id}/": {"terms": TERMS},
    "POST offers/{public_id}/submit/": {"version": 1},
    "POST offers/{public_id}/approve/": {"version": 1},
    "POST offers/{public_id}/send-back/": {"version": 1},
    "POST offers/{public_id}/send/": {"version": 1},
    "POST offers/{public_id}/withdraw/": {"version": 1},
    "POST offers/{public_id}/accept/": {"version": 1, "name": "Alice Ndongo"},
    "POST offers/{public_id}/decline/": {"version": 1, "reason": "pay"},
}
