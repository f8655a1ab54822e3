"""The TypeScript client against the running server: compiled strictly, in Node, in Chromium, and through a restart."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import User
from accounts.tests.factories import PASSWORD
from companies.models import Company
from messaging.models import Conversation
from messaging.tests.factories import make_conversation, say
from umemployed.realtime.tests.servers import Process, free_port, redis_process, web_process

pytestmark = [pytest.mark.client, pytest.mark.django_db(transaction=True)]
CLIENT = Path(settings.BASE_DIR) / "clients" / "typescript"
SUITES = ("closing", "document", "rest", "socket", "browser")


def npm(*words: str) -> None:
    """Run npm in the client's folder; what it said is the failure."""
    done = subprocess.run(["npm", *words], cwd=CLIENT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"npm {' '.join(words)}:\n{done.stdout}\n{done.stderr}"


@pytest.fixture(scope="module")
def built() -> None:
    """Install the locked packages, generate the types from our documents, compile with tsc --strict."""
    assert shutil.which("npm"), "The client needs Node.js 20 or newer with npm."
    if not (CLIENT / "node_modules").is_dir():
        npm("ci")
    npm("run", "build")


@pytest.fixture
def talk(alice: User, bob: User, acme: Company) -> Conversation:
    return make_conversation(candidate=alice, company=acme)


@pytest.fixture
def origin() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture
def server(transactional_db: None, origin: str) -> Iterator[Process]:
    """A web server that knows the client's pages as its frontend."""
    limits = {"FRONTEND_URL": origin, "CORS_ALLOWED_ORIGINS": origin}
    with redis_process() as redis, web_process(redis.port, "umemployed.asgi:application", **limits) as web:
        yield web


@pytest.fixture
def environment(server: Process, origin: str, alice: User, bob: User, talk: Conversation) -> dict[str, str]:
    world = {
        "url": f"http://127.0.0.1:{server.port}",
        "origin": origin,
        "alice": {"email": alice.email},
        "bob": {"email": bob.email},
        "password": PASSWORD,
        "conversation": str(talk.public_id),
    }
    return {**os.environ, "UMEMPLOYED_WORLD": json.dumps(world)}


@pytest.mark.parametrize("suite", SUITES)
def test_the_clients_own_tests_pass(built: None, environment: dict[str, str], suite: str) -> None:
    command = ["node", "--test", "--test-reporter=spec", f"dist/tests/{suite}.test.js"]
    done = subprocess.run(command, cwd=CLIENT, env=environment, capture_output=True, text=True, timeout=180)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "\u2139 pass 0" not in told, told


def test_a_restart_of_the_server_loses_nothing(
    built: None, environment: dict[str, str], server: Process, bob: User, talk: Conversation
) -> None:
    listener = subprocess.Popen(
        ["node", "dist/tests/listener.js"], cwd=CLIENT, env=environment, stdout=subprocess.PIPE, text=True
    )
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: [lines.put(line.strip()) for line in listener.stdout or ()])
    reader.start()
    try:
        assert lines.get(timeout=20) == "status open"
        server.stop(signal.SIGTERM)
        assert lines.get(timeout=20) == "status waiting restart"
        for n in range(3):
            say(bob, talk, f"while down {n}")
        server.start()
        say(bob, talk, "the last")
        told = list(iter(lambda: lines.get(timeout=30), "heard the last"))
        assert [line for line in told if line.startswith("heard")] == [f"heard while down {n}" for n in range(3)]
    finally:
        listener.kill()
        listener.wait(5)
        reader.join(5)
        assert listener.stdout is not None
        listener.stdout.close()


def test_every_suite_of_the_client_is_run() -> None:
    assert sorted(path.name.removesuffix(".test.ts") for path in (CLIENT / "tests").glob("*.test.ts")) == sorted(SUITES)
