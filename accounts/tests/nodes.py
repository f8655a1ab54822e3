"""Two web processes of the real program on one database, connected as the program's own role, and who attacks them."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from umemployed.audit.tests.roles import program_role
from umemployed.realtime.tests.servers import Process, redis_process, web_process

API = "/api/v1"
VISITORS: list[httpx.Client] = []
HOME, AWAY = "127.0.0.1", "127.0.0.2"  # both are this machine, and two places to the program


@dataclass
class Nodes:
    """The processes, and where they share their counters."""

    web: tuple[Process, Process]
    redis: Process

    @property
    def ports(self) -> tuple[int, int]:
        return self.web[0].port, self.web[1].port

    def said(self) -> str:
        """Return everything that both have logged."""
        return "".join(process.output() for process in self.web)

    def events(self) -> list[dict[str, Any]]:
        """Return the security events that both have told, in order."""
        return [json.loads(line) for line in self.said().splitlines() if line.startswith('{"event"')]

    def forget_limits(self) -> None:
        """Empty the counters, as if the windows had passed."""
        import redis

        redis.Redis(port=self.redis.port).flushall()


def visitor(port: int, *, token: str = "", place: str = HOME) -> httpx.Client:
    """Return a client of one process, from one place of this machine, perhaps signed in."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    transport = httpx.HTTPTransport(local_address=place)
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}{API}", headers=headers, transport=transport, timeout=30, trust_env=False
    )
    VISITORS.append(client)
    return client


@pytest.fixture(scope="module")
def running_nodes(django_db_setup: None) -> Iterator[Nodes]:
    with (
        program_role() as database,
        redis_process() as redis,
        node(redis, database) as one,
        node(redis, database) as two,
    ):
        yield Nodes((one, two), redis)


@contextmanager
def node(redis: Process, database: str, **environment: str) -> Iterator[Process]:
    """A web process that tells its security events."""
    settings = {"DATABASE_URL": database, "SECURITY_LOG_LEVEL": "INFO", **environment}
    with web_process(redis.port, "umemployed.asgi:application", **settings) as process:
        yield process


@pytest.fixture
def nodes(running_nodes: Nodes, transactional_db: None) -> Iterator[Nodes]:
    running_nodes.forget_limits()
    yield running_nodes
    while VISITORS:
        VISITORS.pop().close()


def restart(process: Process, **environment: str) -> None:
    """Start a process again with other settings, on the same port."""
    process.environment |= environment
    process.stop(signal.SIGTERM)
    process.start()


def within(seconds: float, condition: Any) -> bool:
    """Say whether something became true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
