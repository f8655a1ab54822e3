from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from umemployed.audit.models import AuditEntry
from umemployed.events import relay
from umemployed.events.log import publish
from umemployed.events.models import Delivery, EventRecord
from umemployed.events.relay import AGAIN, FRESH, Relay, backoff, claim, deliver, give_back
from umemployed.events.tests.subscribers import Happened, Poisoned, Slow, Unheard
from umemployed.events.upkeep import lag, purge_told_events

pytestmark = pytest.mark.django_db(transaction=True)


def happen(count: int, *, lanes: int = 1) -> None:
    with transaction.atomic():
        for number in range(count):
            publish(Happened(number), aggregate=f"test:{number % lanes}")


def told(action: str = "test:first") -> list[int]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("details__number", flat=True))


def make_due() -> None:
    Delivery.objects.filter(status="pending").update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_each_handler_is_told_once_and_in_order() -> None:
    happen(20)
    assert Relay().drain() == 40
    assert told("test:first") == told("test:second") == list(range(20))
    assert not Delivery.objects.exclude(status="done").exists()
    assert Relay().drain() == 0


def test_a_lane_has_one_claim_at_a_time() -> None:
    happen(3)
    mine = claim(FRESH, 50)
    assert [c.handler.rpartition(".")[2] for c in mine] == ["tell_first", "tell_second"]
    assert {c.event_id for c in mine} == {EventRecord.objects.earliest("pk").pk}
    assert claim(FRESH, 50) == []


def test_a_claim_that_was_lost_does_nothing() -> None:
    happen(1)
    late, _ = claim(FRESH, 50)
    make_due()
    (mine,) = claim(AGAIN, 1)
    assert mine.id == late.id
    deliver(late)
    assert told() == []
    deliver(mine)
    deliver(mine)
    assert told() == [0]


def test_what_was_not_started_is_given_back_uncounted() -> None:
    happen(1)
    give_back(claim(FRESH, 50))
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    assert len(claim(FRESH, 50)) == 2


def test_a_failure_is_undone_noted_and_tried_later_while_others_go_on() -> None:
    with transaction.atomic():
        publish(Poisoned("raise"), aggregate="test:1")
        publish(Happened(1), aggregate="test:1")
    Relay().drain()
    failed = Delivery.objects.get(status="pending")
    assert (failed.attempts, failed.failures) == (1, 1)
    assert failed.last_error == "ValueError: this cannot be swallowed  at all"
    assert failed.next_attempt_at > timezone.now()
    assert not AuditEntry.objects.filter(action="test:choked").exists()
    assert told() == [1]


def test_a_lane_waits_for_its_earlier_failure() -> None:
    with transaction.atomic():
        publish(Poisoned("raise"), aggregate="test:1")
        publish(Poisoned("raise"), aggregate="test:1")
    Relay().drain()
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_poisonous_event_ends_as_a_dead_letter() -> None:
    with transaction.atomic():
        publish(Poisoned("raise"), aggregate="test:1")
        publish(Happened(1), aggregate="test:2")
    for _ in range(relay.MAX_FAILURES):
        make_due()
        Relay().drain()
    dead = Delivery.objects.get(status="dead")
    assert dead.failures == relay.MAX_FAILURES
    assert "ValueError" in dead.last_error
    assert told() == [1]
    assert lag().dead == 1


def test_an_event_that_was_in_the_hands_of_dying_processes_ends_as_a_dead_letter() -> None:
    with transaction.atomic():
        publish(Poisoned("kill"), aggregate="test:1")
    for _ in range(relay.MAX_DEATHS):
        assert claim(FRESH, 1) + claim(AGAIN, 1)  # and then the process is gone
        make_due()
    Relay().drain()
    assert "died 3 times" in Delivery.objects.get(status="dead").last_error
    assert told("test:choked") == []


def test_a_handler_that_is_gone_is_an_error_and_not_a_crash() -> None:
    happen(1)
    Delivery.objects.filter(handler__endswith="tell_first").update(handler="an.older.release")
    Relay().drain()
    assert "KeyError" in Delivery.objects.get(status="pending").last_error


def test_a_constraint_that_fails_only_at_the_commit_is_the_handlers_failure() -> None:
    from umemployed.events.log import HANDLERS, Meta

    def break_a_promise(event: Unheard, meta: Meta) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_admin_log (action_time, object_repr, action_flag, change_message, "
                "user_id) VALUES (now(), '', 1, '', 999999)"
            )

    HANDLERS["umemployed.Unheard"] = {"broken": break_a_promise}
    try:
        with transaction.atomic():
            publish(Unheard(1), aggregate="test:1")
        Relay().drain()
    finally:
        del HANDLERS["umemployed.Unheard"]
    assert Delivery.objects.get().last_error.startswith("IntegrityError")


def test_a_handler_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "HANDLER_SECONDS", 0.1)
    with transaction.atomic():
        publish(Slow(5), aggregate="test:1")
    Relay().drain()
    assert "HandlerTooSlow" in Delivery.objects.get().last_error


def test_a_slow_handler_keeps_its_delivery_after_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "LEASE_SECONDS", 0.05)
    with transaction.atomic():
        publish(Slow(0.6), aggregate="test:1")
    (mine,) = claim(FRESH, 1)
    worker = threading.Thread(target=lambda: (deliver(mine), connection.close()))
    worker.start()
    threading.Event().wait(0.3)
    assert claim(AGAIN, 1) == []
    worker.join()
    assert AuditEntry.objects.filter(action="test:slow").count() == 1


def test_the_wait_grows_and_is_scattered() -> None:
    assert all(0.5 <= backoff(1) <= 1 for _ in range(100))
    assert all(4 <= backoff(4) <= 8 for _ in range(100))
    assert max(backoff(60) for _ in range(100)) <= relay.BACKOFF_MAX_SECONDS
    assert len({backoff(3) for _ in range(20)}) > 1


def test_the_lag_tells_how_far_behind_we_are() -> None:
    assert lag().oldest_seconds == 0
    happen(2)
    EventRecord.objects.update(occurred_at=timezone.now() - timedelta(seconds=90))
    now = lag()
    assert (now.pending, now.retrying, now.dead) == (4, 0, 0)
    assert 90 <= now.oldest_seconds < 100


def test_old_events_go_when_everybody_was_told() -> None:
    happen(3)
    Relay().drain()
    with transaction.atomic():
        publish(Poisoned("raise"), aggregate="test:1")
        young = publish(Unheard(1), aggregate="test:1")
    Delivery.objects.filter(status="pending").update(status="dead")
    EventRecord.objects.exclude(pk=young.pk).update(occurred_at=timezone.now() - timedelta(days=31))
    assert purge_told_events(batch=2) == 3
    assert set(EventRecord.objects.values_list("topic", flat=True)) == {"umemployed.Poisoned", "umemployed.Unheard"}


@pytest.mark.race
def test_three_relays_tell_each_fact_once_and_keep_every_lanes_order() -> None:
    happen(150, lanes=5)

    def work() -> None:
        try:
            while lag().pending:
                Relay().drain()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for action in ("test:first", "test:second"):
        entries = AuditEntry.objects.filter(action=action).order_by("pk")
        assert entries.count() == 150
        for lane in range(5):
            numbers = list(entries.filter(details__lane=f"test:{lane}").values_list("details__number", flat=True))
            assert numbers == list(range(lane, 150, 5))
