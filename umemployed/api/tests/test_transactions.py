from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from umemployed.events.models import EventRecord

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("umemployed.api.tests.urls")]


def test_a_database_that_refuses_is_503_and_nothing_stays():
    sql = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$"
    answer = APIClient().post("/api/v1/broken/", {"sql": sql})
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert not EventRecord.objects.exists()


def test_an_endless_conflict_is_503_after_some_attempts():
    sql = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"
    answer = APIClient().post("/api/v1/broken/", {"sql": sql})
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"
    assert not EventRecord.objects.exists()


@pytest.mark.race
def test_the_victim_of_a_deadlock_is_run_again():
    one, two = (EventRecord.objects.create(topic="note:made", aggregate="", payload={}).pk for _ in range(2))
    update = "UPDATE events_eventrecord SET aggregate = aggregate || 'x' WHERE id = "
    holds, go = threading.Event(), threading.Event()

    def rival():
        with transaction.atomic():
            EventRecord.objects.select_for_update().get(pk=two)
            holds.set()
            go.wait(5)
            EventRecord.objects.select_for_update().get(pk=one)
        connections.close_all()

    thread = threading.Thread(target=rival)
    thread.start()
    holds.wait(5)
    threading.Timer(0.3, go.set).start()
    answer = APIClient().post("/api/v1/broken/", {"sql": f"{update}{one}; SELECT 1; {update}{two}"})
    thread.join()
    assert answer.status_code in {204, 503}
    assert answer.status_code == 204
    assert EventRecord.objects.get(pk=one).aggregate == "x"
    assert EventRecord.objects.filter(topic="broken:begun").count() == 1
