"""The relay as it runs: a process of its own, killed and cut off from Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from umemployed.audit.models import AuditEntry
from umemployed.events.bell import BellListener, ring_bell
from umemployed.events.log import publish
from umemployed.events.models import Delivery
from umemployed.events.tests.subscribers import Happened, Poisoned, Slow

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "redis://127.0.0.1:1/0"


def start_relay(**environment: str) -> subprocess.Popen[bytes]:
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "umemployed.events.tests.relay_process"],
        env={**os.environ, "DATABASE_URL": url, **environment},
    )


@contextmanager
def a_relay(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start_relay(**environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


def all_told() -> bool:
    return not Delivery.objects.filter(status="pending").exists()


def effects(action: str) -> list[int]:
    return list(AuditEntry.objects.filter(action=action).order_by("pk").values_list("details__number", flat=True))


def test_relays_killed_again_and_again_lose_nothing_and_double_nothing() -> None:
    for start in range(0, 300, 100):
        with transaction.atomic():
            for number in range(start, start + 100):
                publish(Happened(number), aggregate=f"test:{number % 7}")
        with a_relay() as relay:
            done = len(effects("test:second"))
            wait_until(lambda done=done: len(effects("test:second")) > done)
            relay.kill()
    with a_relay():
        wait_until(all_told)
    for action in ("test:first", "test:second"):
        assert sorted(effects(action)) == list(range(300))
    for lane in range(7):
        mine = [number for number in effects("test:first") if number % 7 == lane]
        assert mine == sorted(mine)
    assert not Delivery.objects.filter(status="dead").exists()


def test_an_event_that_kills_every_relay_is_buried_and_the_innocent_live() -> None:
    with transaction.atomic():
        publish(Poisoned("kill"), aggregate="test:0")
        for number in range(30):
            publish(Happened(number), aggregate=f"test:{number}")
    deaths = 0
    while not all_told():
        with a_relay() as relay:
            wait_until(lambda relay=relay: relay.poll() is not None or all_told())
            deaths += relay.poll() == -signal.SIGKILL
    assert deaths == 3
    assert Delivery.objects.get(status="dead").event.topic == "umemployed.Poisoned"
    assert sorted(effects("test:first")) == sorted(effects("test:second")) == list(range(30))


def test_without_redis_facts_are_told_all_the_same() -> None:
    with a_relay(CHANNELS_URL=NOWHERE):
        with transaction.atomic():
            publish(Happened(1), aggregate="test:1")
        wait_until(all_told)
    assert effects("test:first") == [1]


def test_a_lost_ring_costs_a_second_and_not_the_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("umemployed.events.log.ring_bell", lambda: None)
    with a_relay():
        with transaction.atomic():
            publish(Happened(1), aggregate="test:1")
        wait_until(all_told)
    assert effects("test:first") == [1]


def test_sigterm_lets_the_running_handler_end_and_gives_the_rest_back() -> None:
    with transaction.atomic():
        publish(Slow(1.0), aggregate="test:1")
        publish(Happened(1), aggregate="test:2")
    with a_relay() as relay:
        wait_until(lambda: Delivery.objects.filter(attempts=1).exists())
        time.sleep(0.2)
        relay.terminate()
        assert relay.wait(timeout=5) == 0
    assert AuditEntry.objects.filter(action="test:slow").count() == 1
    assert set(Delivery.objects.filter(status="pending").values_list("attempts", flat=True)) == {0}


def test_the_bell_is_heard_and_many_rings_are_one() -> None:
    ear = BellListener()
    assert ear.wait(1)  # the subscription itself
    while ear.wait(0.2):
        pass
    ring_bell()
    ring_bell()
    assert ear.wait(2)
    ear.close()


def test_without_redis_the_ear_is_a_slow_clock_and_the_bell_is_mute() -> None:
    started = time.monotonic()
    assert BellListener(NOWHERE).wait(0.3) is False
    assert 0.3 <= time.monotonic() - started < 2
