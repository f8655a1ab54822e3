"""What the outbox costs and how late it is, each against its floor in the same run.

- publish() with two handlers inside an open transaction, against one bare INSERT of the same row;
- commit → handler started in an idle relay process, against a bare Redis publish → subscriber;
- the relay's pace through a backlog, per delivery, against one bare UPDATE and its commit.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import harness

harness.prepare()
# ruff: noqa: E402 - models can be imported only now

import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from umemployed.events.log import Event, Meta, on, publish
from umemployed.events.upkeep import lag

PUBLISHES, RINGS, BACKLOG = 3000, 300, 2000
BARE = """INSERT INTO events_eventrecord (public_id, topic, aggregate, payload, request_id, occurred_at)
          VALUES (gen_random_uuid(), 'bench.Bare', %s, '{"number": 1}', '', now())"""


@dataclass(frozen=True)
class Rang(Event):
    number: int


@dataclass(frozen=True)
class Piled(Event):
    number: int


@on(Rang)
def say_when(event: Rang, meta: Meta) -> None:
    """Tell the parent process when this handler started."""
    sys.stdout.write(f"{event.number} {time.time()}\n")
    sys.stdout.flush()


@on(Piled)
def do_nothing(event: Piled, meta: Meta) -> None:
    """Cost nothing beyond the delivery."""


@on(Piled)
def do_nothing_either(event: Piled, meta: Meta) -> None:
    """Cost nothing beyond the delivery."""


def insert_bare() -> None:
    """Write the row that any outbox must write."""
    with connection.cursor() as cursor:
        cursor.execute(BARE, ["bench:bare"])


def publishing() -> list[harness.Row]:
    """Time publish() and the bare INSERT in turns, inside one transaction that is rolled back."""
    rows = [
        harness.Row("one bare INSERT (floor)", insert_bare),
        harness.Row("`publish()`, two handlers", lambda: publish(Piled(1), aggregate="bench:1")),
    ]
    with transaction.atomic():
        harness.interleave(rows, rounds=PUBLISHES)
        transaction.set_rollback(True)
    return rows


def listening(client: redis.Redis, heard: list[float], ready: threading.Event) -> None:
    """Note when each message of the floor's channel arrives."""
    with client.pubsub() as ear:
        ear.subscribe("bench:floor")
        for message in ear.listen():
            if message["type"] == "subscribe":
                ready.set()
            else:
                heard.append(time.time() - float(message["data"]))
            if len(heard) == RINGS:
                return


def bare_rings() -> harness.Row:
    """Time a bare Redis publication on its way to a bare subscriber."""
    client, heard, ready = redis.Redis.from_url(settings.CHANNELS_URL), [], threading.Event()
    thread = threading.Thread(target=listening, args=(client, heard, ready))
    thread.start()
    ready.wait()
    for _ in range(RINGS):
        insert_bare()
        client.publish("bench:floor", time.time())
        time.sleep(0.005)
    thread.join()
    return harness.Row("bare Redis publish → subscriber (floor)", insert_bare, heard)


def rings(relay: subprocess.Popen[str]) -> harness.Row:
    """Time each commit until its handler starts in the idle relay."""
    seconds = []
    for number in range(RINGS + 20):
        committed: list[float] = []
        with transaction.atomic():
            transaction.on_commit(lambda committed=committed: committed.append(time.time()))
            publish(Rang(number), aggregate="bench:ring")
        _told, moment = relay.stdout.readline().split()
        seconds.append(float(moment) - committed[0])
        time.sleep(0.005)
    return harness.Row("commit → handler started", insert_bare, seconds[20:])


def backlog() -> list[harness.Row]:
    """Time the relay through a backlog, and as many bare UPDATEs with a commit each."""
    with transaction.atomic():
        for number in range(BACKLOG):
            publish(Piled(number), aggregate=f"bench:{number}")
    began = time.perf_counter()
    while lag().pending:
        time.sleep(0.01)
    ours = harness.Row("relay, per delivery", insert_bare, [(time.perf_counter() - began) / (2 * BACKLOG)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM events_delivery ORDER BY id DESC LIMIT 1000")
        ids = [pk for (pk,) in cursor.fetchall()]
        began = time.perf_counter()
        for pk in ids:
            cursor.execute("UPDATE events_delivery SET done_at = now() WHERE id = %s", [pk])
    floor = harness.Row("one bare UPDATE and commit (floor)", insert_bare, [(time.perf_counter() - began) / len(ids)])
    return [floor, ours]


def main() -> None:
    """Measure and report three tables."""
    relay = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, __file__, "--relay"],
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(4)
        tables = [harness.table(publishing()), harness.table([bare_rings(), rings(relay)]), harness.table(backlog())]
    finally:
        relay.terminate()
        relay.wait()
    harness.report("outbox", "\n\n".join(tables))


if __name__ == "__main__":
    if "--relay" in sys.argv:
        call_command("run_relay")
    else:
        main()
