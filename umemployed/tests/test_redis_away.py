"""Redis is stopped for a minute and comes back empty; the web process is killed thirty times. Run by ``./dev faults``.

What was acknowledged stands, sockets resume without a gap, and who signed out stays out.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from umemployed.embedded import house as house_module
from umemployed.tests.platform import LooseHouse
from umemployed.tests.test_faults import ROOT, everything, house_environment, tour, wait_for

pytestmark = pytest.mark.fault
AWAY_SECONDS = 60.0
WEB_KILLS = 30
PAUSE_SECONDS = 0.5


@dataclass
class Talk:
    """A candidate and a recruiter who write in turns, as fast as people do, whatever happens around them."""

    people: list[Any]
    room: str
    sent: list[str] = field(default_factory=list)
    slowest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)
    failures: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Write until told to end; each message under one id until it is acknowledged."""
        for number in range(100_000):
            if self.over.wait(PAUSE_SECONDS):
                return
            body = f"message {number}"
            words = {"client_msg_id": str(uuid.uuid4()), "body": body}
            began = time.monotonic()
            answer = acknowledged(self.people[number % 2], f"/conversations/{self.room}/messages/", words)
            self.slowest = max(self.slowest, time.monotonic() - began)
            if answer is None or answer.status_code not in {200, 201}:
                self.failures.append("no answer" if answer is None else answer.text)
                return
            self.sent.append(body)


def acknowledged(person: Any, path: str, body: dict[str, Any]) -> httpx.Response | None:
    """POST under one key until the platform answers for good; a browser would do the same."""
    key, deadline = str(uuid.uuid4()), time.monotonic() + 90
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            answer: httpx.Response = person.http.post(path, json=body, headers={"Idempotency-Key": key})
            if answer.status_code not in {409, 429, 502, 503}:
                return answer
        time.sleep(0.3)
    return None


@contextmanager
def a_talk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[LooseHouse, Any, Talk]]:
    """Raise a house in which two people can write to each other, and let them begin."""
    for name in ("DATABASE_URL", "REDIS_URL"):  # of this test run; the house has servers of its own
        monkeypatch.delenv(name, raising=False)
    with LooseHouse(folder) as house:
        manage = [sys.executable, str(ROOT / "manage.py")]
        place = tour.Place(house.url, house.mail, manage, environment=house_environment(house))
        alice, bob = tour.Person(place, "Alice Ndongo"), tour.Person(place, "Bob Fotso")
        for person in (alice, bob):
            person.sign_up()
        slug = f"acme-{place.run}"
        bob.post("/companies/", {"name": "Acme", "slug": slug})
        samples = ROOT / "docs" / "samples"
        tour.operator_imports(place, slug, samples / "postings.csv", str(samples / "postings.yaml"))
        job = everything(bob, "/jobs/")[0]["id"]
        resume = tour.alice_makes_a_resume(alice, samples / "resume.json")
        sent = alice.post(f"/jobs/{job}/apply/", {"resume": resume, "answers": [], "consent": True})
        room = bob.post("/conversations/", {"application": sent["id"]})["id"]
        talk = Talk([bob, alice], room)
        thread = threading.Thread(target=talk.run)
        thread.start()
        try:
            yield house, place, talk
        finally:
            talk.over.set()
            thread.join(120)
            for person in talk.people:
                person.leave()


def judge(talk: Talk, socket: Any, house: LooseHouse) -> None:
    """Demand each acknowledged message once: in the table, in the resumed stream, and in order; and each fact told."""
    bob, alice = talk.people
    assert talk.failures == [], house.said()
    assert len(talk.sent) > 10
    rows = everything(alice, f"/conversations/{talk.room}/messages/")
    stored = [row["body"] for row in sorted(rows, key=lambda row: row["seq"])]
    assert stored == talk.sent
    heard = [socket.wait_for("message.created", seconds=30)["data"]["body"] for _ in talk.sent]
    assert heard == talk.sent
    halves = [(alice, talk.sent[0::2]), (bob, talk.sent[1::2])]
    for person, written in halves:

        def told(person: Any = person) -> int:
            rows = everything(person, "/notifications/")
            return sum(row["kind"] == "message_received" for row in rows)

        assert wait_for(told, len(written), 90) == len(written), house.said()
        ids = Counter(row["id"] for row in everything(person, "/notifications/"))
        assert set(ids.values()) == {1}


def test_redis_is_away_for_a_minute_and_comes_back_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_talk(tmp_path, monkeypatch) as (house, place, talk):
        alice = talk.people[1]
        carol = tour.Person(place, "Carol Mbarga")
        carol.sign_up()
        carol.post("/auth/logout/", {})
        assert carol.http.get("/me/").status_code == 401
        before = alice.socket("/ws/chat/")
        before.close()
        house.kill("redis")
        deadline = time.monotonic() + AWAY_SECONDS
        while time.monotonic() < deadline:
            assert carol.http.get("/me/").status_code == 401
            assert alice.http.get("/me/").status_code == 200
            time.sleep(2)
        house.revive("redis")
        state = house_module.read_state(house.home) or {}
        redis.Redis.from_url(state["REDIS_URL"]).flushall()
        assert carol.http.get("/me/").status_code == 401
        came_back_at = time.monotonic()
        time.sleep(5)
        talk.over.set()
        time.sleep(1)
        again = alice.socket("/ws/chat/")
        again.seq = 0
        again.command("resume", after=0)
        judge(talk, again, house)
        assert time.monotonic() - came_back_at < 120
        again.close()
        carol.leave()


def test_thirty_kills_of_the_web_process_leave_no_effect_out_and_none_without_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_talk(tmp_path, monkeypatch) as (house, _place, talk):
        alice = talk.people[1]
        for _ in range(WEB_KILLS):
            house.kill("web")
            house.revive("web")
            time.sleep(PAUSE_SECONDS)
        talk.over.set()
        time.sleep(2)
        again = alice.socket("/ws/chat/")
        again.seq = 0
        again.command("resume", after=0)
        judge(talk, again, house)
        again.close()
