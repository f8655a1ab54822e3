"""A server on loopback that speaks HTTP as a cluster does, and knows by heart what it may be asked.

An exchange is a file in ``wire/``: a request (method, path, query, body) and its answer. A request that differs from
what is recorded is answered with 500 and kept in ``surprises``. ``"$now"`` stands for a number of seconds within a
minute of now, ``"$since"`` for the beginning of this hour, ``$stamp`` for the moment in a new index's name; all else
has to be equal.

``RECORD_WIRE=1`` writes down what is sent as the request of a recorded answer. Read the difference before it is
committed: nothing here proves that a cluster understands it.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FOLDER = Path(__file__).parent / "wire"
SECONDS = {"$now": 60, "$since": 3_700}
STAMP = re.compile(r"-\d{14}\b")


class Cluster(ThreadingHTTPServer):
    """Answers the exchanges that it expects, in order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.expected: list[Path] = []
        self.surprises: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def expect(self, *names: str) -> None:
        self.expected += [FOLDER / f"{name}.json" for name in names]

    def answer(self, request: dict[str, Any]) -> tuple[int, Any]:
        """Return status and body for a request."""
        if not self.expected:
            self.surprises.append(f"not expected: {request}")
            return 500, {"error": "not expected"}
        path = self.expected.pop(0)
        exchange = json.loads(path.read_text())
        if os.environ.get("RECORD_WIRE") == "1":
            exchange = {"request": recorded(request), "response": exchange["response"]}
            path.write_text(json.dumps(exchange, indent=1, ensure_ascii=False) + "\n")
        if not equal(exchange["request"], request):
            self.surprises.append(f"{path.name}: {json.dumps(request, ensure_ascii=False)}")
            return 500, {"error": "not what was recorded"}
        return exchange["response"]["status"], exchange["response"]["body"]


class Handler(BaseHTTPRequestHandler):
    server: Cluster
    protocol_version = "HTTP/1.1"

    def do_any(self) -> None:
        sent = STAMP.sub("-$stamp", self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
        target = urlsplit(STAMP.sub("-$stamp", self.path))
        request: dict[str, Any] = {"method": self.command, "path": target.path, "query": dict(parse_qsl(target.query))}
        if sent:
            lines = [json.loads(line) for line in sent.splitlines()]
            request["body"] = lines if target.path.endswith("_bulk") else lines[0]
        status, body = self.server.answer(request)
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_any  # noqa: N815 - the library's names

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def equal(expected: Any, sent: Any) -> bool:
    """Say whether a value is what is recorded."""
    if isinstance(expected, str) and expected in SECONDS:
        return isinstance(sent, int) and abs(time.time() - sent) <= SECONDS[expected]
    if isinstance(expected, dict) and isinstance(sent, dict):
        return expected.keys() == sent.keys() and all(equal(expected[key], sent[key]) for key in expected)
    if isinstance(expected, list) and isinstance(sent, list):
        return len(expected) == len(sent) and all(map(equal, expected, sent))
    return type(expected) is type(sent) and expected == sent


def recorded(sent: Any) -> Any:
    """Return what was sent with the moments replaced by what stands for them."""
    if isinstance(sent, dict):
        marks = {"gt": "$now", "origin": "$since"}
        return {k: marks[k] if k in marks and isinstance(v, int) else recorded(v) for k, v in sent.items()}
    return [recorded(value) for value in sent] if isinstance(sent, list) else sent


@contextmanager
def running() -> Iterator[Cluster]:
    """Run a cluster for a test, and hold it to have been asked all that was expected, and nothing else."""
    cluster = Cluster()
    thread = Thread(target=cluster.serve_forever, daemon=True)
    thread.start()
    try:
        yield cluster
        assert cluster.surprises == [], cluster.surprises[0]
        assert cluster.expected == [], f"never asked: {cluster.expected}"
    finally:
        cluster.shutdown()
        cluster.server_close()
        thread.join()
