"""Chat: send → receive latency at 80 messages a second, and throughput of 200 senders.

The floor (``bench.floor_chat``) stores each message by one bare statement of asyncpg and hands it on within its
process; ours authenticates every command, checks rights, publishes the event and stores a numbered frame
for each reader. Both run as one process beside the same PostgreSQL, in turns. The client takes its share of the
same machine, so besides messages a second it is told what a message costs: processor time of the server and of
its PostgreSQL backends, which neighbours move less.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

from django.db import connection
from websockets.asyncio.client import ClientConnection, connect

from accounts.tests.factories import make_session, make_user
from bench.floor_chat import TABLES
from companies.tests.factories import make_company
from messaging.tests.factories import make_conversation
from umemployed.realtime.tests.servers import ORIGIN, Process, free_port, redis_process, ticket_of, web_process

PAIRS, SECONDS, PACE, ROUNDS = 100, 6, 80, 3
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
def floor_server() -> Iterator[Process]:
    """Start the floor on tables of its own."""
    known = connection.get_connection_params()
    parameters = {
        "host": known.get("host"),
        "port": known.get("port"),
        "user": known.get("user"),
        "password": known.get("password"),
        "database": known["dbname"],
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_message, bench_room")
        cursor.execute(TABLES)
        cursor.execute("INSERT INTO bench_room SELECT n, 0 FROM generate_series(0, %s) n", [PAIRS])
    port = free_port()
    command = [sys.executable, "-m", "bench.floor_chat", str(port)]
    process = Process(
        command, port, BENCH_DATABASE=json.dumps({key: value for key, value in parameters.items() if value})
    )
    try:
        yield process
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


def spent_by(process: Process) -> dict[str, float]:
    """Return the seconds of processor time of every thread of the server and of each PostgreSQL backend but ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        backends = [Path(f"/proc/{pid}") for (pid,) in cursor.fetchall()]
    found = {}
    for each in [*Path(f"/proc/{process.child.pid}/task").iterdir(), *backends]:
        with suppress(OSError):
            found[str(each)] = int((each / "schedstat").read_text().split()[0]) / 1e9
    return found


def throughput(process: Process, enter: Enter) -> tuple[float, float]:
    """Let 200 senders write as fast as they are answered; return messages a second and µs of processor each."""
    with asyncio.Runner() as runner:
        crowd = runner.run(crowd_of(process.port, enter))
        before = spent_by(process)
        count, seconds = runner.run(write_all(crowd))
        after = spent_by(process)
        runner.run(hang_up(crowd))
    cost = sum(used - before.get(name, 0.0) for name, used in after.items())
    return count / seconds, cost / count * 1e6


async def crowd_of(port: int, enter: Enter) -> list[Line]:
    """Enter every room twice."""
    return [line for room in range(PAIRS) for line in (await enter(port, room), await enter(port, room))]


async def write_all(lines: list[Line]) -> tuple[int, float]:
    """Write for some seconds; return how many messages were answered, and in how many seconds."""
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
    return count, time.perf_counter() - began


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
    tickets, rooms = seat(2 * (1 + ROUNDS))
    enter = ours(tickets, rooms)
    floors, mines = [], []
    with (
        floor_server() as bare,
        redis_process() as redis_server,
        web_process(redis_server.port, "umemployed.asgi:application", **OPTIONS) as web,
    ):
        waits = asyncio.run(latencies(bare.port, enter_floor)), asyncio.run(latencies(web.port, enter))
        for _ in range(ROUNDS):
            floors.append(throughput(bare, enter_floor))
            mines.append(throughput(web, enter))
    floor = harness.Row("floor: bare websockets and asyncpg", main, waits[0])
    mine = harness.Row("chat, send → receive by the other", main, waits[1])
    (floor_rate, floor_cost), (rate, cost) = (
        [statistics.median(column) for column in zip(*runs, strict=True)] for runs in (floors, mines)
    )
    ratios = ", ".join(f"{ours[0] / theirs[0]:.2f}x" for theirs, ours in zip(floors, mines, strict=True))
    lines = [
        f"Send → receive at {PACE} messages a second:",
        "",
        harness.table([floor, mine]),
        "",
        f"200 senders, each waiting for its answer; medians of {ROUNDS} rounds in turns:",
        "",
        "| | messages/s | to floor | processor µs a message, server and PostgreSQL | floor to ours |",
        "|---|---|---|---|---|",
        f"| floor | {floor_rate:.0f} | 1.00x | {floor_cost:.0f} | 1.00x |",
        f"| chat | {rate:.0f} | {rate / floor_rate:.2f}x | {cost:.0f} | {floor_cost / cost:.2f}x |",
        "",
        f"Round by round: {ratios}. Load average {os.getloadavg()[0]:.1f}.",
    ]
    harness.report("chat", "\n".join(lines))


if __name__ == "__main__":
    main()
