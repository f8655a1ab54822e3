"""Chat: send → receive latency at 80 messages a second, and throughput of 200 senders.

The floor (``bench.floor_chat``) stores each message by one bare statement and hands it on within its
process; ours authenticates every command, checks rights, publishes the event and stores a numbered frame
for each reader. Both run as one process beside the same PostgreSQL, in turns.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

from django.db import connection
from websockets.asyncio.client import ClientConnection, connect

from accounts.tests.factories import make_session, make_user
from companies.tests.factories import make_company
from messaging.tests.factories import make_conversation
from umemployed.realtime.tests.servers import ORIGIN, Process, free_port, redis_process, ticket_of, web_process

PAIRS, SECONDS, PACE = 100, 6, 80
# As production trusts its frames; and a benchmark may write without waiting for an answer.
OPTIONS = {"REALTIME_CHECK_FRAMES": "0", "MESSAGES_UNANSWERED": "1000000"}
numbers = itertools.count(1)


class Line:
    """One connection: replies by id, and when each message of the room arrived."""

    def __init__(self, socket: ClientConnection, room: Any) -> None:
        self.socket, self.room = socket, room
        self.replies: dict[int, asyncio.Future[None]] = {}
        self.arrived: dict[str, float] = {}
        self.reader = asyncio.create_task(self.read())

    async def read(self) -> None:
        """Take frames in until the connection ends."""
        async for text in self.socket:
            frame = json.loads(text)
            if "re" in frame:
                assert frame["ok"], frame
                self.replies.pop(frame["re"]).set_result(None)
            elif frame["type"] == "message.created":
                self.arrived[frame["data"]["body"]] = time.perf_counter()

    async def ask(self, kind: str, data: dict[str, Any]) -> None:
        """Send a command and wait for its answer."""
        ident = next(numbers)
        answer = self.replies[ident] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": ident, "type": kind, "data": data}))
        await answer

    async def say(self, body: str) -> None:
        """Send one message and wait until it is stored."""
        data = {"conversation": str(self.room), "client_msg_id": str(uuid.uuid4()), "body": body}
        await self.ask("message.send", data)


Enter = Callable[[int, int], Awaitable[Line]]


@contextmanager
def floor_server() -> Iterator[int]:
    """Start the floor on tables of its own."""
    parameters = connection.get_connection_params()
    dsn = f"host={parameters.get('host', '')} user={parameters.get('user', '')} dbname={parameters['dbname']}"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_message, bench_room")
        cursor.execute("CREATE TABLE bench_room (id bigint PRIMARY KEY, last_seq bigint)")
        cursor.execute("CREATE TABLE bench_message (room bigint, seq bigint, body text, PRIMARY KEY (room, seq))")
        cursor.execute("INSERT INTO bench_room SELECT n, 0 FROM generate_series(0, %s) n", [PAIRS])
    port = free_port()
    process = Process([sys.executable, "-m", "bench.floor_chat", str(port)], port, BENCH_DSN=dsn)
    try:
        yield port
    finally:
        process.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_message, bench_room")


async def enter_floor(port: int, room: int) -> Line:
    """Enter a room of the floor."""
    socket = await connect(f"ws://127.0.0.1:{port}/", compression=None, proxy=None)
    await socket.send(str(room))
    return Line(socket, room)


def ours(tickets: dict[int, list[str]], rooms: dict[int, str]) -> Enter:
    """Return how to enter a conversation of ours: alternately as its candidate and as its recruiter."""

    async def enter(port: int, room: int) -> Line:
        socket = await connect(
            f"ws://127.0.0.1:{port}/ws/chat/",
            compression=None,
            proxy=None,
            origin=ORIGIN,
            subprotocols=["umemployed.v1", f"ticket.{tickets[room].pop()}"],
        )
        await socket.recv()  # hello
        return Line(socket, rooms[room])

    return enter


async def latencies(port: int, enter: Enter) -> list[float]:
    """Send at an even pace over ten connections in turn; return seconds from send to receipt by the other."""
    lines = [(await enter(port, room), await enter(port, room)) for room in range(10)]
    sent: dict[str, tuple[float, Line]] = {}
    tasks = []
    began = time.perf_counter()
    for number in range(PACE * SECONDS):
        await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
        sender, receiver = lines[number % 10]
        sent[f"l{number}"] = (time.perf_counter(), receiver)
        tasks.append(asyncio.create_task(sender.say(f"l{number}")))
    await asyncio.gather(*tasks)
    await asyncio.sleep(1)
    found = [receiver.arrived[body] - at for body, (at, receiver) in sent.items()]
    await hang_up([line for pair in lines for line in pair])
    return found[PACE:]  # the first second warms threads, connections and imports up


async def throughput(port: int, enter: Enter) -> float:
    """Let 200 senders write as fast as they are answered; return messages per second."""
    lines = [line for room in range(PAIRS) for line in (await enter(port, room), await enter(port, room))]
    until = time.perf_counter() + SECONDS
    count = 0

    async def write(line: Line) -> None:
        nonlocal count
        for _ in range(90):  # the limit is 100 commands a minute
            if time.perf_counter() > until:
                return
            await line.say(str(next(numbers)))
            count += 1

    began = time.perf_counter()
    await asyncio.gather(*[write(line) for line in lines])
    spent = time.perf_counter() - began
    await hang_up(lines)
    return count / spent


async def hang_up(lines: list[Line]) -> None:
    """Close connections."""
    for line in lines:
        await line.socket.close()
        await line.reader


def seat(people: int) -> tuple[dict[int, list[str]], dict[int, str]]:
    """Make the conversations and enough tickets for ``people`` entries into each."""
    tickets: dict[int, list[str]] = {}
    rooms: dict[int, str] = {}
    for room in range(PAIRS):
        tag = uuid.uuid4().hex
        candidate, owner = (make_user(email=f"{side}-{tag}@example.com") for side in ("candidate", "owner"))
        conversation = make_conversation(candidate=candidate, company=make_company(slug=tag, owner=owner))
        rooms[room] = str(conversation.public_id)
        sessions = [make_session(user=candidate), make_session(user=owner)]
        tickets[room] = [ticket_of(session) for _ in range(people // 2) for session in sessions]
    return tickets, rooms


def main() -> None:
    """Measure and report."""
    from umemployed.realtime import tickets as door

    door.LIFETIME *= 20  # tickets for the whole run are made before it
    tickets, rooms = seat(4)
    enter = ours(tickets, rooms)
    with (
        floor_server() as floor_port,
        redis_process() as redis_server,
        web_process(redis_server.port, "umemployed.asgi:application", **OPTIONS) as web,
    ):
        floor = harness.Row(
            "floor: bare websockets and one statement", main, asyncio.run(latencies(floor_port, enter_floor))
        )
        mine = harness.Row("chat, send → receive by the other", main, asyncio.run(latencies(web.port, enter)))
        rates = [asyncio.run(throughput(floor_port, enter_floor)), asyncio.run(throughput(web.port, enter))]
    lines = [
        f"Send → receive at {PACE} messages a second:",
        "",
        harness.table([floor, mine]),
        "",
        "200 senders, each waiting for its answer:",
        "",
        "| | messages/s | to floor |",
        "|---|---|---|",
        f"| floor | {rates[0]:.0f} | 1.00x |",
        f"| chat | {rates[1]:.0f} | {rates[1] / rates[0]:.2f}x |",
    ]
    harness.report("chat", "\n".join(lines))


if __name__ == "__main__":
    main()
