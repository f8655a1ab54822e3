from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from umemployed.api.models import IdempotencyRecord
from umemployed.api.tasks import purge_idempotency_records
from umemployed.events.models import EventRecord

pytestmark = [pytest.mark.urls("umemployed.api.tests.urls")]
ENTRIES = "/api/v1/entries/"
BODY = {"action": "note:made", "target": "once"}


def post(client, body=BODY, key="k-1", path=ENTRIES):
    return client.post(path, body, headers={"Idempotency-Key": key})


@pytest.mark.django_db
def test_a_repeated_post_has_one_effect_and_the_same_answer(api):
    first, second = post(api), post(api)
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, first.content)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert second["Content-Type"] == "application/json"
    assert EventRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_key_with_another_body_is_422(api):
    post(api)
    answer = post(api, {**BODY, "target": "twice"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert EventRecord.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_replayed_as_the_problem_that_it_was(api):
    first, second = post(api, {"action": ""}), post(api, {"action": ""})
    assert (first.status_code, first.content) == (second.status_code, second.content) == (400, first.content)
    assert second["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_two_people_may_use_the_same_key(alice, bob, as_user):
    assert post(as_user(alice)).json()["id"] != post(as_user(bob)).json()["id"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9", "a\tb"])
def test_a_key_that_is_not_printable_ascii_of_sane_length_is_400(api, key):
    assert post(api, key=key).status_code == 400
    assert not EventRecord.objects.exists()


@pytest.mark.django_db
def test_the_stored_answer_is_not_readable_in_the_table(api):
    post(api)
    record = IdempotencyRecord.objects.get()
    assert b"once" not in bytes(record.body)
    assert record.owner == "address:127.0.0.1"


@pytest.mark.django_db
def test_after_a_day_the_key_is_free_again_and_the_sweep_forgets_it(api):
    post(api)
    IdempotencyRecord.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Idempotent-Replayed" not in post(api)
    assert EventRecord.objects.count() == 2
    IdempotencyRecord.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert purge_idempotency_records() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failure_keeps_neither_effect_nor_answer():
    client = APIClient(raise_request_exception=False)
    answer = post(client, {"how": "bug"}, path="/api/v1/broken/")
    assert answer.status_code == 500
    assert b"secret internals" not in answer.content
    assert not EventRecord.objects.exists()
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_twins_at_once_have_one_effect():
    def one(_):
        answer = post(APIClient())
        connections.close_all()
        return answer.status_code, answer.content

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(20)))
    bodies = {body for status, body in answers if status == 201}
    assert len(bodies) == 1
    assert {status for status, _ in answers} <= {201, 409}
    assert EventRecord.objects.count() == 1
    assert post(APIClient()).content in bodies
