"""Two web servers and a Redis of their own, started once per test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import Session
from accounts.tests.factories import make_session, make_user
from umemployed.realtime.tests import play  # noqa: F401 - its frames enter the catalogue
from umemployed.realtime.tests.servers import Client, Process, redis_process, web_process


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Process]:
    with redis_process() as process:
        yield process


@pytest.fixture(scope="session")
def webs(django_db_setup: None, redis_server: Process) -> Iterator[tuple[int, int]]:
    """The ports of two web processes."""
    with web_process(redis_server.port) as one, web_process(redis_server.port) as two:
        yield one.port, two.port
        for process in (one, two):
            # Whatever the tests threw at them, no application broke and no task died unnoticed.
            for wound in ("Exception in ASGI", "never retrieved", "was destroyed", "could not listen"):
                assert wound not in process.output(), process.output()


@pytest.fixture(autouse=True)
def closed_clients() -> Iterator[None]:
    yield
    Client.close_all()


@pytest.fixture
def web(webs: tuple[int, int]) -> int:
    return webs[0]


@pytest.fixture
def session(transactional_db: None) -> Session:
    """Somebody's session, committed so that the web processes see it."""
    return make_session(user=make_user())
