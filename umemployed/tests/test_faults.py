"""A worker is killed and Redis is away for ten seconds, in the middle of work. Run by ``./dev faults``.

The same people, clients and promises as the tour's, but many facts at once: each must be told exactly once,
in the app, on the socket and by mail.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from umemployed.embedded import stores
from umemployed.tests.platform import ROOT, LooseHouse

pytestmark = pytest.mark.fault
CANDIDATES = 8
JOBS_EACH = 4
REDIS_AWAY = 10.0
RECOVERY = 60.0


def load_tour() -> ModuleType:
    """Import docs/tour.py, whose people and clients this test borrows."""
    spec = importlib.util.spec_from_file_location("tour", ROOT / "docs" / "tour.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tour"] = module
    spec.loader.exec_module(module)
    return module


tour = load_tour()


def wait_for(count: Callable[[], int], expected: int, seconds: float) -> int:
    """Return the count when it has reached the expected number, or what it was when time was up."""
    deadline = time.monotonic() + seconds
    while (seen := count()) < expected and time.monotonic() < deadline:
        time.sleep(0.5)
    return seen


def everything(person: Any, path: str) -> list[dict[str, Any]]:
    """Return all rows of a list, page by page."""
    rows: list[dict[str, Any]] = []
    page = person.get(path, page_size=100)
    rows += page["results"]
    while page["next"]:
        page = person.http.get(page["next"]).json()
        rows += page["results"]
    return rows


def test_after_worker_and_redis_died_each_fact_has_been_told_exactly_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in stores.ADDRESSES:  # of this test run; the house has servers of its own
        monkeypatch.delenv(name, raising=False)
    with LooseHouse(tmp_path) as house:
        manage = [sys.executable, str(ROOT / "manage.py")]
        place = tour.Place(house.url, house.mail, manage, environment=house_environment(house))
        bob = tour.Person(place, "Bob Fotso")
        bob.sign_up()
        slug = f"acme-{place.run}"
        bob.post("/companies/", {"name": "Acme", "slug": slug})
        samples = ROOT / "docs" / "samples"
        tour.operator_imports(place, slug, samples / "postings.csv", str(samples / "postings.yaml"))
        jobs = [row["id"] for row in everything(bob, "/jobs/")][:JOBS_EACH]
        candidates = [tour.Person(place, f"Candidate{number} Tester") for number in range(CANDIDATES)]
        for candidate in candidates:
            candidate.sign_up()
            candidate.resume = tour.alice_makes_a_resume(candidate, samples / "resume.json")
        ears = bob.socket("/ws/notifications/")
        began_at = ears.seq

        applied: list[tuple[Any, str]] = []
        failures: list[str] = []

        def apply_everywhere(candidate: Any) -> None:
            for job in jobs:
                body = {"resume": candidate.resume, "answers": [], "consent": True}
                key = str(uuid.uuid4())
                answer = send_until_answered(candidate, f"/jobs/{job}/apply/", body, key)
                if answer.status_code == 201:
                    applied.append((candidate, answer.json()["id"]))
                else:
                    failures.append(answer.text)
                time.sleep(1.0)

        threads = [threading.Thread(target=apply_everywhere, args=(candidate,)) for candidate in candidates]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        disturb(house)
        for thread in threads:
            thread.join()
        assert failures == []
        facts = CANDIDATES * JOBS_EACH
        assert len(applied) == facts

        def received() -> list[dict[str, Any]]:
            return [row for row in everything(bob, "/notifications/") if row["kind"] == "application_received"]

        assert wait_for(lambda: len(received()), facts, RECOVERY) == facts, house.said()
        told = Counter(row["data"]["application_id"] for row in received())
        assert set(told.values()) == {1}
        assert set(told) == {application for _, application in applied}

        ears.close()
        again = bob.socket("/ws/notifications/")
        again.seq = began_at
        again.command("resume", after=began_at)
        heard = Counter(
            again.wait_for("notification.created")["data"]["notification"]["data"]["application_id"]
            for _ in range(facts)
        )
        assert heard == told

        def mails(address: str, words: str) -> int:
            return sum(words in text for text in place.mails(address))

        mailed = wait_for(lambda: mails(bob.email, "applied for"), facts, RECOVERY)
        assert mailed == facts, house.said()
        for candidate in candidates:
            sent = wait_for(lambda person=candidate: mails(person.email, "was sent"), JOBS_EACH, RECOVERY)
            assert sent == JOBS_EACH, house.said()
        time.sleep(3)
        assert mails(bob.email, "applied for") == facts
        again.close()
        for person in (bob, *candidates):
            person.leave()


def house_environment(house: LooseHouse) -> dict[str, str]:
    """Return the environment in which an operator's command reaches this house."""
    from umemployed.embedded import house as house_module

    state = house_module.read_state(house.home) or {}
    shared = {name: state[name] for name in stores.ADDRESSES}
    return house_module.environment(house.home, shared, port=house.port, mail_port=house.mail_port)


def disturb(house: LooseHouse) -> None:
    """Kill the workers, take Redis away for ten seconds, and bring all of them back."""
    house.kill("critical")
    house.kill("worker")
    house.kill("redis")
    time.sleep(REDIS_AWAY)
    house.revive("redis")
    house.revive("worker")
    house.revive("critical")


def send_until_answered(person: Any, path: str, body: dict[str, Any], key: str) -> Any:
    """POST under one key until the platform is able to answer; a browser would do the same."""
    deadline = time.monotonic() + 60
    while True:
        answer = person.http.post(path, json=body, headers={"Idempotency-Key": key})
        if answer.status_code not in {409, 503} or time.monotonic() > deadline:
            return answer
        time.sleep(0.5)
