"""A board that is watched: from the answer of a move to the card on the screen of a colleague.

The web server, the relay and Redis are processes of their own, as in production. The floor is one bare
publication through the same Redis: what no message between two processes can do without.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

import redis
import requests

from accounts.models import User
from accounts.tests.factories import make_session, make_user
from applications.tests.factories import make_application
from companies.models import Company
from companies.tests.factories import make_company, make_membership
from jobs.tests.factories import make_job
from umemployed.realtime.tests.servers import (
    ROOT,
    Client,
    Process,
    redis_process,
    test_database_url,
    token_of,
    web_process,
)

MOVES, PAUSE = 200, 0.2


class Relay(Process):
    """The relay, which listens nowhere."""

    def is_listening(self) -> bool:
        """Say whether it is up."""
        assert self.child.poll() is None, self.output()
        return b"relay is up" in self.output().encode()


@contextmanager
def relay_process(redis_port: int) -> Iterator[Relay]:
    """Run the relay on this database and that Redis."""
    relay = Relay(
        [sys.executable, str(ROOT / "manage.py"), "run_relay"],
        0,
        DATABASE_URL=test_database_url(),
        REDIS_URL=f"redis://127.0.0.1:{redis_port}/0",
        DJANGO_SETTINGS_MODULE="umemployed.settings",
        LOG_LEVEL="INFO",
    )
    try:
        yield relay
    finally:
        relay.close()


def floor(port: int) -> list[float]:
    """Return seconds from a publication to its subscriber."""
    client = redis.Redis(port=port)
    listener = client.pubsub()
    listener.subscribe("bench")
    listener.get_message(timeout=5)
    found = []
    for _ in range(MOVES):
        began = time.perf_counter()
        client.publish("bench", "x")
        while not listener.get_message(timeout=5):
            continue
        found.append(time.perf_counter() - began)
    return found


def colleague(company: Company) -> User:
    """Return a new member of the team."""
    return make_membership(company=company, user=make_user(email=f"bench-{time.time_ns()}@example.com")).user


def watch(web: int, company: Company, job: Any) -> Client:
    """Open a colleague's screen."""
    client = Client.of(make_session(user=colleague(company)), web, "board")
    assert client.do("board.watch", job=str(job.public_id))["ok"]
    return client


def moves(web: int) -> list[float]:
    """Move one card to and fro; return seconds from the answer of the move to the frame at the colleague."""
    company = make_company(slug=f"bench-{time.time_ns()}", owner=make_user(email=f"owner-{time.time_ns()}@example.com"))
    job = make_job(company=company)
    application = make_application(job=job, candidate=make_user(email=f"candidate-{time.time_ns()}@example.com"))
    stages = [str(stage.public_id) for stage in job.stages.all()[1:3]]
    mover = requests.Session()
    mover.headers["Authorization"] = f"Bearer {token_of(make_session(user=colleague(company)))}"
    url = f"http://127.0.0.1:{web}/api/v1/applications/{application.public_id}/move/"
    screen = watch(web, company, job)
    arrived: dict[int, float] = {}

    def read() -> None:
        while len(arrived) < MOVES:
            frame = screen.next("card.changed", timeout=30)
            if frame["data"]["change"] == "moved":
                arrived[frame["data"]["version"]] = time.perf_counter()

    reader = threading.Thread(target=read)
    reader.start()
    answered: dict[int, float] = {}
    for number in range(MOVES):
        body = {"stage": stages[number % 2], "version": number + 1}
        answer = mover.post(url, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        answered[number + 2] = time.perf_counter()
        time.sleep(PAUSE)
    reader.join(60)
    assert sorted(arrived) == sorted(answered), "each change once, and none is missing"
    assert list(arrived) == sorted(arrived), "in order"
    return [max(0.0, arrived[version] - at) for version, at in answered.items()]


def main() -> None:
    """Measure and report."""
    import umemployed.asgi  # noqa: F401 - registers every frame, which the client holds against the document

    with (
        redis_process() as store,
        web_process(store.port, "umemployed.asgi:application") as web,
        relay_process(store.port),
    ):
        bare = harness.Row("floor: one publication through Redis", main, floor(store.port))
        board = harness.Row("move answered → card at the colleague", main, moves(web.port))
    worst = max(board.seconds) * 1000
    harness.report("board", f"{harness.table([bare, board])}\n\n{MOVES} moves, the slowest {worst:.0f} ms.")


if __name__ == "__main__":
    main()
