"""Sockets: what an echo and an idle connection cost, and how fast one message reaches a thousand sockets.

The floor (``bench.floor_sockets``) is bare ``websockets`` with one Redis subscription per process. The echo of
ours is the heartbeat, which passes the whole dispatch and no table. The clients only count frames, because they
share the machine with the servers.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

os.environ["REALTIME_CHECK_FRAMES"] = "0"  # as production trusts its frames

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

import redis
from django.conf import settings

from accounts.tests.factories import make_session, make_user
from bench.floor_sockets import CHANNEL
from umemployed.realtime import stream, tickets
from umemployed.realtime.tests import play  # declares the frames that are told here
from umemployed.realtime.tests.servers import ORIGIN, Process, free_port, ticket_of, web_process

PEOPLE, DEVICES = 100, 5  # devices of each person on each of two processes: 1,000 sockets
IDLE, ECHOES, MESSAGES = 1000, 80, 100  # a connection may command 100 times a minute
FILLER, FILLERS = 60_000, 2  # characters of a frame to the one who does not read, and how many with each message
numbers = itertools.count(1)


class Ear(asyncio.Protocol):
    """A client that counts the frames with a mark."""

    def __init__(self, ticket: str | None, mark: bytes) -> None:
        self.ticket, self.mark = ticket, mark
        self.buffer = bytearray()
        self.frames = self.marked = 0
        self.upgraded = self.closed = False
        self.entered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        protocols = f"Sec-WebSocket-Protocol: umemployed.v1, ticket.{self.ticket}\r\n" if self.ticket else ""
        path = f"/ws/{play.PlayConsumer.socket}/" if self.ticket else "/"
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nOrigin: {ORIGIN}\r\n{protocols}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Count whole frames; the answer to the upgrade (and hello, of ours) is the entry."""
        self.buffer += data
        if not self.upgraded:
            head, found, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self.buffer, self.upgraded = bytearray(rest), True
            if self.ticket is None:
                self.entered.set_result(None)
        while (size := self.size()) and len(self.buffer) >= size:
            self.frames += 1
            if self.mark in self.buffer[:size]:
                self.marked += 1
                self.heard.set()
            del self.buffer[:size]
            if not self.entered.done():
                self.entered.set_result(None)

    def size(self) -> int:
        """Return the length of the first frame (RFC 6455 §5.2, unmasked), or 0 if its head is not there yet."""
        if len(self.buffer) < 2:
            return 0
        length = self.buffer[1] & 127
        if length < 126:
            return 2 + length
        width = 2 if length == 126 else 8
        if len(self.buffer) < 2 + width:
            return 0
        return 2 + width + int.from_bytes(self.buffer[2 : 2 + width])

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end."""
        self.closed = True
        if not self.entered.done():
            self.entered.set_exception(ConnectionResetError("refused"))

    def say(self, text: str) -> None:
        """Send a short text, masked with zeros."""
        data = text.encode()
        assert len(data) < 126
        self.transport.write(bytes([0x81, 0x80 | len(data)]) + bytes(4) + data)

    async def echo(self, text: str) -> None:
        """Send and wait for the next marked frame."""
        self.heard.clear()
        self.say(text)
        await self.heard.wait()


async def enter(port: int, ticket: str | None, mark: bytes, *, deaf: bool = False) -> Ear:
    """Connect and wait until served; who is deaf reads nothing after that."""
    _, ear = await asyncio.get_running_loop().create_connection(lambda: Ear(ticket, mark), "127.0.0.1", port)
    await asyncio.wait_for(ear.entered, 30)
    if deaf:
        ear.transport.pause_reading()
    return ear


async def enter_all(port: int, given: list[str | None], mark: bytes) -> list[Ear]:
    """Enter with each ticket, twenty at a time."""
    ears: list[Ear] = []
    for start in range(0, len(given), 20):
        ears += await asyncio.gather(*[enter(port, ticket, mark) for ticket in given[start : start + 20]])
    return ears


def processor(process: Process) -> float:
    """Return the seconds of processor time that the server's event loop has used."""
    return int(Path(f"/proc/{process.child.pid}/schedstat").read_text().split()[0]) / 1e9


def resident(process: Process) -> int:
    """Return the KiB of memory that the server holds."""
    lines = Path(f"/proc/{process.child.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def echo(process: Process, given: list[str | None]) -> tuple[float, float]:
    """Return (server µs, p50 ms of the wait) of an echo, one after the other; the limit is 100 commands a minute."""
    mine = given[0] is not None
    ears = await enter_all(process.port, given, b'"re"' if mine else b"heartbeat")
    for ear in ears:
        await ear.echo('{"id":0,"type":"heartbeat"}')
    waits = []
    began = processor(process)
    for _ in range(ECHOES):
        for ear in ears:
            at = time.perf_counter()
            await ear.echo(f'{{"id":{next(numbers)},"type":"heartbeat"}}')
            waits.append(time.perf_counter() - at)
    spent = processor(process) - began
    hang_up(ears)
    return spent / len(waits) * 1e6, sorted(waits)[len(waits) // 2] * 1000


async def idle(process: Process, given: list[str | None]) -> float:
    """Return the KiB that one more idle connection takes; a hundred before it warm the server up."""
    first = await enter_all(process.port, given[:100], b"-")
    before = resident(process)
    rest = await enter_all(process.port, given[100:], b"-")
    await asyncio.sleep(1)
    after = resident(process)
    hang_up(first + rest)
    return (after - before) / len(rest)


def hang_up(ears: list[Ear]) -> None:
    """Cut the connections."""
    for ear in ears:
        ear.transport.abort()


async def fan_out(ears: list[Ear], tell: Callable[[int], None]) -> tuple[float, float]:
    """Tell all ears ``MESSAGES`` times; return deliveries per second until the last, and the share that was lost."""
    expected = MESSAGES * len(ears)
    began = last = time.perf_counter()
    count = 0
    telling = asyncio.get_running_loop().run_in_executor(None, lambda: [tell(n) for n in range(MESSAGES)])
    while count < expected and time.perf_counter() - last < 5:
        await asyncio.sleep(0.005)
        now = sum(ear.marked for ear in ears)
        if now > count:
            count, last = now, time.perf_counter()
    await telling
    return count / (last - began), 1 - count / expected


def issue(sessions: list[Any], each: int) -> list[str | None]:
    """Return ``each`` tickets of every session."""
    return [ticket_of(session) for session in sessions for _ in range(each)]


@contextmanager
def floor_process() -> Iterator[Process]:
    """Start a process of the floor."""
    port = free_port()
    process = Process([sys.executable, "-m", "bench.floor_sockets", str(port)], port, BENCH_REDIS=settings.CHANNELS_URL)
    try:
        yield process
    finally:
        process.close()


async def floor_fan_out(processes: list[Process]) -> tuple[float, float]:
    """Measure the floor's fan-out."""
    ears = []
    for process in processes:
        ears += await enter_all(process.port, [None] * (PEOPLE * DEVICES), b"breath")
    client = redis.Redis.from_url(settings.CHANNELS_URL)
    text = json.dumps({"type": "breath", "at": "2026-01-01T00:00:00.000Z", "data": {"text": "a message"}})
    try:
        return await fan_out(ears, lambda _: client.publish(CHANNEL, text))
    finally:
        hang_up(ears)


async def our_fan_out(
    processes: list[Process], people: list[int], given: list[list[str | None]], deaf: tuple[int, str | None]
) -> tuple[tuple[float, float], bool]:
    """Measure ours, beside one who reads nothing and is sent 120 kB with each message; say if that one was cut off."""
    ears: list[Ear] = []
    for process, some in zip(processes, given, strict=True):
        ears += await enter_all(process.port, some, b'"breath"')
    slow = await enter(processes[0].port, deaf[1], b"-", deaf=True)
    await asyncio.sleep(1)  # what is held back for a resume is let go

    def tell(_number: int) -> None:
        stream.whisper("play", people, "breath", {"text": "a message"})
        for _ in range(FILLERS):
            stream.whisper("play", [deaf[0]], "filler", {"filler": "x" * FILLER})

    try:
        measured = await fan_out(ears, tell)
        slow.transport.resume_reading()
        until = time.perf_counter() + 10
        while not slow.closed and time.perf_counter() < until:
            await asyncio.sleep(0.05)
        return measured, slow.closed
    finally:
        hang_up([*ears, slow])


def main() -> None:
    """Measure and report."""
    tickets.LIFETIME *= 40  # tickets for the whole run are made before it
    users = [make_user(email=f"socket-{number}@example.com") for number in range(PEOPLE + 1)]
    sessions = [make_session(user=user) for user in users]
    crowd, people = sessions[:-1], [user.pk for user in users[:-1]]
    port = int(settings.CHANNELS_URL.rsplit(":", 1)[-1].split("/")[0]) if ":" in settings.CHANNELS_URL[8:] else 6379
    house = {"CHANNELS_URL": settings.CHANNELS_URL, "REALTIME_CHECK_FRAMES": "0"}
    with floor_process() as floor, floor_process() as other:
        floor_echo = asyncio.run(echo(floor, [None] * 50))
        floor_idle = asyncio.run(idle(other, [None] * IDLE))
        floor_rate = asyncio.run(floor_fan_out([floor, other]))
    with web_process(port, **house) as web, web_process(port, **house) as second:
        our_echo = asyncio.run(echo(web, issue(crowd[:50], 1)))
        our_idle = asyncio.run(idle(second, issue(crowd, IDLE // PEOPLE)))
        time.sleep(3)  # the hubs forget who left
        given = [issue(crowd, DEVICES), issue(crowd, DEVICES)]
        slow = (users[-1].pk, ticket_of(sessions[-1]))
        our_rate, cut = asyncio.run(our_fan_out([web, second], people, given, slow))
    report(floor_echo, our_echo, (floor_idle, our_idle), floor_rate, our_rate, cut)


def report(
    floor_echo: tuple[float, float],
    our_echo: tuple[float, float],
    idles: tuple[float, float],
    floor_rate: tuple[float, float],
    our_rate: tuple[float, float],
    cut: bool,
) -> None:
    """Print the table; the load average says how busy the neighbours were."""
    count = 2 * PEOPLE * DEVICES
    lines = [
        "| | bare `websockets` and Redis | ours | to floor |",
        "|---|---|---|---|",
        f"| echo, µs of the server's event loop | {floor_echo[0]:.0f} | {our_echo[0]:.0f}"
        f" | {our_echo[0] / floor_echo[0]:.2f}x |",
        f"| echo, wait p50 ms | {floor_echo[1]:.2f} | {our_echo[1]:.2f} | {our_echo[1] / floor_echo[1]:.2f}x |",
        f"| KiB per idle connection | {idles[0]:.1f} | {idles[1]:.1f} | {idles[1] / idles[0]:.2f}x |",
        f"| idle connections per GiB | {2**20 / idles[0]:.0f} | {2**20 / idles[1]:.0f} | |",
        f"| fan-out to {count} sockets over two processes, deliveries/s | {floor_rate[0]:.0f} | {our_rate[0]:.0f}"
        f" | {our_rate[0] / floor_rate[0]:.2f}x |",
        f"| lost in the fan-out | {floor_rate[1]:.1%} | {our_rate[1]:.1%} | |",
        "",
        f"Both publish once for all; ours looks {PEOPLE} people up, and tells them beside one more reader who does"
        f" not read and is sent {FILLERS} times {FILLER} characters with each of the {MESSAGES} messages; that one was"
        f" {'cut off' if cut else 'not cut off'}. Load average {os.getloadavg()[0]:.1f}.",
    ]
    harness.report("sockets", "\n".join(lines))


if __name__ == "__main__":
    main()
