"""deploy/nginx/ under the real nginx, with small upstream servers of our own behind it."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.tests.ports import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed on this machine")


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was told: method, path, headers, length of the body, and its own name."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.close_connection = True
            return
        size = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(size)
        names = [name.lower() for name in self.headers]
        told = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}}
        body = json.dumps({**told, "names": names, "size": size, "node": self.server.server_port}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  (the name that http.server looks for)

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent."""


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start nginx with our configuration; web-2 and sockets-2 are dead nodes."""
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    rest, sockets = (ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in range(2))
    for server in (rest, sockets):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    port, dead = free_port(), free_port()
    places = {
        "web-1:8000": f"127.0.0.1:{rest.server_port}",
        "web-2:8000": f"127.0.0.1:{dead}",
        "sockets-1:8000": f"127.0.0.1:{sockets.server_port}",
        "sockets-2:8000": f"127.0.0.1:{dead}",
        "listen 8080": f"listen 127.0.0.1:{port}",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
        "/etc/nginx/proxy.conf": f"{folder}/proxy.conf",
        "/etc/nginx/routes.conf": f"{folder}/routes.conf",
        "/etc/nginx/tls.d": f"{folder}/tls.d",
        "/tmp/nginx": f"{folder}/nginx",  # noqa: S108
    }
    for source in (ROOT / "deploy/nginx").glob("*.conf"):
        text = source.read_text()
        for name, place in places.items():
            text = text.replace(name, place)
        (folder / source.name).write_text(text)
    assert NGINX is not None
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
    if os.geteuid() == 0:
        command[-1] += " user root;"
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)
    for server in (rest, sockets):
        server.shutdown()
        server.server_close()


def ask(port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    status, content = answer.status, answer.read()
    connection.close()
    return status, content


def test_what_the_client_claims_about_itself_is_overwritten(door: int) -> None:
    claims = {"X_Forwarded_For": "6.6.6.6", "X_Forwarded_Host": "evil", "X_Request_ID": "x", "Forwarded": "for=6.6.6.6"}
    status, content = ask(door, "/api/v1/jobs/", **claims)
    headers = json.loads(content)["headers"]
    assert status == 200
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert not {"x-forwarded-host", "x-request-id", "forwarded"} & set(headers)


def test_a_header_with_underscores_never_arrives(door: int) -> None:
    raw = b"GET /api/v1/ HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 6.6.6.6\r\nConnection: close\r\n\r\n"
    assert b"6.6.6.6" not in speak(door, raw)


def speak(port: int, raw: bytes) -> bytes:
    """Send raw bytes and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as peer:
        peer.sendall(raw)
        chunks = []
        while chunk := peer.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)


def test_two_lengths_are_refused(door: int) -> None:
    lengths = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
    raw = b"POST / HTTP/1.1\r\nHost: x\r\n" + lengths + b"Connection: close\r\n\r\n0\r\n\r\n"
    assert speak(door, raw).startswith(b"HTTP/1.1 400")


def test_a_dead_node_is_never_seen(door: int) -> None:
    answers = [ask(door, f"/api/v1/jobs/?n={number}")[0] for number in range(20)]
    assert answers == [200] * 20


def test_sockets_are_upgraded_and_go_to_their_own_nodes(door: int) -> None:
    raw = b"GET /ws/chat/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door), timeout=5) as peer:
        peer.sendall(raw)
        assert peer.recv(1024).startswith(b"HTTP/1.1 101")


def test_our_numbers_are_not_public(door: int) -> None:
    assert ask(door, "/metrics")[0] == 404


def test_a_large_body_ends_at_the_door(door: int) -> None:
    assert ask(door, "/api/v1/files/", "POST", b"x" * (6 * 1024 * 1024 + 1))[0] == 413
