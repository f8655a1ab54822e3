"""An offer that is sent and a rejection that waits exclude each other, whoever was first."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import User
from applications.models import Application, Offer
from applications.offers.services import OfferWrongState, send_offer
from applications.offers.tests.factories import make_offer
from applications.offers.vocabulary import OfferStatus
from applications.services import ApplicationWrongState, reject_application
from applications.tests.factories import make_application
from applications.tests.races import in_parallel
from applications.vocabulary import Status
from companies.models import Company
from jobs.tests.factories import make_job

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_of_sending_and_rejecting_later_at_once_one_is_done(acme: Company, bob: User) -> None:
    for _ in range(8):
        application = make_application(job=make_job(company=acme, openings=1))
        offer = make_offer(application, bob)
        sent, rejected = in_parallel(
            partial(send_offer, actor=bob, offer_id=offer.pk, version=offer.version),
            partial(
                reject_application,
                actor=bob,
                application_id=application.pk,
                version=application.version,
                reason="pay",
                delay_minutes=60,
            ),
        )
        status = Application.objects.get(pk=application.pk).status
        if isinstance(sent, Offer):
            assert (type(rejected), status) == (ApplicationWrongState, Status.ACTIVE)
        else:
            assert (type(sent), status) == (OfferWrongState, Status.REJECTED)
            assert Offer.objects.get(pk=offer.pk).status == OfferStatus.DRAFT  # until the handler takes it back, unseen
