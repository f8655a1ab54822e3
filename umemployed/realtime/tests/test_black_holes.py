"""Peers that vanish without a word: they are noticed, and nothing of them stays."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from accounts.models import Session
from accounts.tests.factories import make_session, make_user
from umemployed.realtime.protocol import SILENCE_SECONDS
from umemployed.realtime.tests.servers import ORIGIN, Client, Process, eventually, ticket_of, web_process

pytestmark = pytest.mark.django_db(transaction=True)
PEERS = 5
LISTENING = "0A"  # in /proc/net/tcp
MEMORY_BYTES = 64 * 1024 * 1024  # for PEERS that read nothing: what waits for each, and the interpreter's own slack
# In a process of its own, which a test may stop: opens sockets as a browser does, with small buffers, and never reads.
OPEN_AND_SLEEP = """
import socket, sys, time
port, origin, *tickets = sys.argv[1:]
opened = []
for ticket in tickets:
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", int(port)))
    lines = ["GET /ws/play/ HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"Origin: {origin}",
             f"Sec-WebSocket-Protocol: umemployed.v1, ticket.{ticket}", "", ""]
    peer.sendall("\\r\\n".join(lines).encode())
    answer = b""
    while b'"hello"' not in answer:
        answer += peer.recv(1024)
    opened.append(peer)
print("open", flush=True)
time.sleep(3600)
"""


def lines_of(server: Process) -> int:
    """Count the server's descriptors of connections to its port, accepted ones only."""
    folder = Path(f"/proc/{server.child.pid}/fd")
    held = set()
    for descriptor in folder.iterdir():
        with suppress(FileNotFoundError):
            held.add(os.readlink(descriptor))
    rows = [row.split() for row in Path(f"/proc/{server.child.pid}/net/tcp").read_text().splitlines()[1:]]
    ours = [row for row in rows if int(row[1].rpartition(":")[2], 16) == server.port and row[3] != LISTENING]
    return sum(f"socket:[{row[9]}]" in held for row in ours)


def memory(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


class BlackHole:
    """Peers that open sockets and then are stopped: the kernel keeps the line, and nobody reads or answers."""

    def __init__(self, session: Session, port: int) -> None:
        tickets = [ticket_of(session) for _ in range(PEERS)]
        command = [sys.executable, "-c", OPEN_AND_SLEEP, str(port), ORIGIN, *tickets]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as told:
            assert told.readline() == "open\n"
        self.process.send_signal(signal.SIGSTOP)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)


def test_peers_that_read_nothing_are_cut_off_and_leave_neither_descriptors_nor_memory(
    redis_server: Process, session: Session
) -> None:
    with web_process(redis_server.port) as server:
        Client.of(session, server.port).do("echo", text="warm")
        used = memory(server.child.pid)
        hole = BlackHole(session, server.port)
        try:
            assert lines_of(server) == PEERS + 1
            # The talker reads as little as they do, and is cut off with them.
            talker = Client.of(session, server.port)
            talker.send("flood", size=20_000, times=600)
            # Overflow ends a consumer at once, its farewell takes five seconds, the grace five more.
            eventually(lambda: lines_of(server) == 0, seconds=60, each=0.2)
            assert memory(server.child.pid) - used < MEMORY_BYTES
        finally:
            hole.close()
        assert "Traceback" not in server.output(), server.output()


@pytest.mark.fault
def test_peers_that_vanish_are_noticed_within_a_minute_and_leave_nothing(
    redis_server: Process, session: Session
) -> None:
    """With nothing to say to them, and with more than their line takes in, but less than counts as too slow."""
    told = make_session(user=make_user())
    with web_process(redis_server.port) as server:
        holes = [BlackHole(session, server.port), BlackHole(told, server.port)]
        began = time.monotonic()
        try:
            Client.of(told, server.port).send("flood", size=20_000, times=230)
            assert lines_of(server) == 2 * PEERS + 1
            eventually(lambda: lines_of(server) == 0, seconds=SILENCE_SECONDS + 30, each=0.5)
            assert time.monotonic() - began < SILENCE_SECONDS + 30
        finally:
            for hole in holes:
                hole.close()
        assert "Traceback" not in server.output(), server.output()


def test_a_peer_that_reads_is_told_why_before_it_is_cut_off(redis_server: Process, session: Session) -> None:
    with web_process(redis_server.port) as server:
        client = Client.of(session, server.port)
        client.socket.send("no JSON")
        assert client.close_code() == 4400
        raw = socket.create_connection(("127.0.0.1", server.port))
        raw.close()
        assert Client.of(session, server.port).do("echo", text="still here")["ok"]
