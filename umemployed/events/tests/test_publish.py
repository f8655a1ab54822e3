from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from umemployed.api.context import set_request_id
from umemployed.events.log import publish
from umemployed.events.models import Delivery, EventRecord
from umemployed.events.tests.subscribers import Happened, Unheard

pytestmark = pytest.mark.django_db


def test_a_fact_is_written_with_one_delivery_per_handler_in_one_round_trip() -> None:
    actor = User.objects.create_user("alice@example.com")
    set_request_id("request-7")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        fact = publish(Happened(7), aggregate="test:1", actor=actor)
    set_request_id("")
    assert len(queries) == 1
    stored = EventRecord.objects.get(pk=fact.pk)
    assert stored.public_id == fact.public_id
    assert (stored.topic, stored.aggregate, stored.payload) == ("umemployed.Happened", "test:1", {"number": 7})
    assert (stored.actor, stored.request_id, stored.occurred_at) == (actor, "request-7", fact.occurred_at)
    assert sorted(stored.deliveries.values_list("handler", "status", "attempts")) == [
        ("umemployed.events.tests.subscribers.tell_first", "pending", 0),
        ("umemployed.events.tests.subscribers.tell_second", "pending", 0),
    ]


def test_a_fact_that_nobody_listens_to_is_still_recorded() -> None:
    fact = publish(Unheard(1), aggregate="test:1")
    assert EventRecord.objects.filter(pk=fact.pk).exists()
    assert not Delivery.objects.exists()


def test_a_row_names_its_lane() -> None:
    actor = User.objects.create_user("alice@example.com")
    assert publish(Unheard(1), aggregate=actor).aggregate == f"accounts.user:{actor.pk}"


def test_a_payload_that_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        publish(Unheard(object()), aggregate="test:1")  # type: ignore[arg-type]


def test_the_fact_survives_its_actor() -> None:
    actor = User.objects.create_user("alice@example.com")
    fact = publish(Unheard(1), aggregate="test:1", actor=actor)
    actor.delete()
    assert EventRecord.objects.select_related("actor").get(pk=fact.pk).topic == "umemployed.Unheard"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        publish(Happened(1), aggregate="test:1")
    assert not EventRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rollback_publishes_nothing() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(Happened(1), aggregate="test:1")
        1 / 0  # noqa: B018
    assert not EventRecord.objects.exists()
    assert not Delivery.objects.exists()
