"""Fifty tabs refresh with one token while the process that answers them is killed; whoever retries gets in."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts.models import RefreshToken, Session, User
from accounts.services import sign_in
from accounts.services.sessions import successor_of
from accounts.tests.factories import PASSWORD, make_user
from accounts.tests.nodes import Nodes, nodes, visitor
from accounts.tests.test_sessions import age_tokens
from umemployed.audit.tests.roles import program_role
from umemployed.events.models import EventRecord
from umemployed.realtime.tests.servers import Process, free_port, redis_process

__all__ = ["nodes"]
pytestmark = pytest.mark.attack
ROUNDS, TABS = 20, 50
PATIENCE = 8.0  # seconds that a tab goes on trying; the grace is ten


@pytest.fixture(scope="module")
def running_nodes(django_db_setup: None) -> Iterator[Nodes]:
    """Two gunicorns as in production, whose killed workers are forked anew at once."""
    with program_role() as database, redis_process() as redis:
        one, two = (gunicorn(redis, database) for _ in range(2))
        yield Nodes((one, two), redis)
        for process in (one, two):
            process.stop(signal.SIGTERM)
            process.close()


def gunicorn(redis: Process, database: str) -> Process:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "umemployed.wsgi:application", "--preload", "--worker-class=gthread"]
    command += ["--workers=2", "--threads=16", f"--bind=127.0.0.1:{port}", "--keep-alive=5", "--log-level=warning"]
    environment = {"DATABASE_URL": database, "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0", "LOG_LEVEL": "WARNING"}
    return Process(command, port, DJANGO_SETTINGS_MODULE="umemployed.settings", **environment)


def workers_of(process: Process) -> list[int]:
    pid = process.child.pid
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Killer(threading.Thread):
    """Kills workers of both nodes, one after the other, at moments that nobody knows, until it is told to stop."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__()
        self.nodes, self.killed, self.enough = nodes, 0, threading.Event()

    def run(self) -> None:
        for _ in range(3):
            if self.enough.wait(random.uniform(0.005, 0.08)):
                return
            victims = [pid for process in self.nodes.web for pid in workers_of(process)]
            os.kill(random.choice(victims), signal.SIGKILL)
            self.killed += 1


def refresh(client: httpx.Client, token: str) -> httpx.Response:
    """Refresh as a client does whose connection may break: try again with the token that it has."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            answer = client.post("/auth/refresh/", json={"refresh": token})
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code != 503:
            return answer
        assert time.monotonic() < until, "no process answered"
        time.sleep(0.05)


def storm(nodes: Nodes, token: str) -> tuple[list[httpx.Response], int]:
    """Have TABS clients refresh one token at once while workers die; return the answers, and how many were killed."""
    clients = [visitor(nodes.ports[number % 2]) for number in range(TABS)]
    line, killer = threading.Barrier(TABS), Killer(nodes)

    def tab(client: httpx.Client) -> httpx.Response:
        line.wait(30)
        return refresh(client, token)

    killer.start()
    try:
        with ThreadPoolExecutor(TABS) as pool:
            return list(pool.map(tab, clients)), killer.killed
    finally:
        killer.enough.set()
        killer.join()


def enter(user: User) -> str:
    return sign_in(email=user.email, password=PASSWORD, device="Firefox").refresh


def test_fifty_refreshes_leave_one_live_tip_though_processes_are_killed(nodes: Nodes) -> None:
    killed = 0
    for _ in range(ROUNDS):
        nodes.forget_limits()
        token = enter(make_user())
        answers, deaths = storm(nodes, token)
        killed += deaths
        assert [answer.status_code for answer in answers] == [200] * TABS
        pairs: list[dict[str, Any]] = [answer.json() for answer in answers]
        assert {pair["refresh"] for pair in pairs} == {successor_of(token)}
        assert len({pair["access"] for pair in pairs}) == 1
        tips = RefreshToken.objects.filter(consumed_at=None, session__public_id=pairs[0]["session_id"])
        assert tips.count() == 1
        client = visitor(nodes.ports[0])
        again = refresh(client, pairs[0]["refresh"])
        assert again.status_code == 200
        assert client.get("/me/", headers={"Authorization": f"Bearer {again.json()['access']}"}).status_code == 200
    assert killed >= ROUNDS, "the storm blew over without a death"
    assert not Session.objects.exclude(revoked_at=None).exists()


def test_whoever_comes_back_too_late_is_out_of_the_session_but_not_of_the_account(nodes: Nodes) -> None:
    alice = make_user()
    token = enter(alice)
    assert {answer.status_code for answer in storm(nodes, token)[0]} == {200}
    age_tokens(11)  # the answer was lost with its process, and the client was away for longer than the grace
    client = visitor(nodes.ports[1])
    assert refresh(client, token).json()["code"] == "bad_refresh_token"
    assert EventRecord.objects.filter(topic="accounts.RefreshTokenReplayed").count() == 1, "a mail is owed"
    nodes.forget_limits()
    pair = client.post("/auth/login/", json={"email": alice.email, "password": PASSWORD}).json()
    assert refresh(client, pair["refresh"]).status_code == 200
