from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import User
from umemployed.api.admin import EstimatedPaginator, planned_rows
from umemployed.audit.models import AuditEntry
from umemployed.events.log import publish
from umemployed.events.models import Delivery, EventRecord
from umemployed.events.tests.subscribers import Happened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["eventrecord", "delivery", "delivery/?status__exact=dead&topic=umemployed.Happened"])
def test_a_list_costs_the_same_for_two_rows_as_for_twenty(
    client: Client, dana: User, page: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(dana)
    costs = []
    for count in (1, 10):
        with transaction.atomic():
            for number in range(count):
                publish(Happened(number), aggregate="test:1", actor=dana)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/admin/events/{page}{'' if '?' in page else '/'}").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 10


def test_staff_send_dead_letters_on_their_way_again(client: Client, dana: User) -> None:
    with transaction.atomic():
        fact = publish(Happened(1), aggregate="test:1")
    Delivery.objects.update(status="dead", attempts=8, failures=8)
    client.force_login(dana)
    chosen = list(Delivery.objects.values_list("pk", flat=True))
    answer = client.post("/admin/events/delivery/", {"action": "retry", "_selected_action": chosen})
    assert answer.status_code == 302
    assert set(fact.deliveries.values_list("status", "attempts", "failures")) == {("pending", 0, 0)}
    assert AuditEntry.objects.get(action="delivery:retried").details == {"count": 2}
    page = client.get(f"/admin/events/eventrecord/{fact.pk}/change/")
    assert b"subscribers.tell_first" in page.content


def test_a_huge_table_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("umemployed.api.admin.EXACT_BELOW", 5)
    with transaction.atomic():
        for number in range(10):
            publish(Happened(number), aggregate="test:1")
    rows = EventRecord.objects.order_by("pk")
    assert EstimatedPaginator(rows, 2).count >= 5
    assert planned_rows(rows) > 0
    assert EstimatedPaginator(rows.filter(payload__number__lt=3), 2).count == 3
