"""The floor of a chat: bare websockets, and one bare statement per message on a thread with a connection.

No Django, no rights, no envelope beyond what the client of the benchmark needs: number and insert the row
in one transaction, then hand the frame to everybody in the room. Run by ``bench.chat``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
from websockets.asyncio.server import ServerConnection, serve

APPEND = """
WITH numbered AS (UPDATE bench_room SET last_seq = last_seq + 1 WHERE id = %(room)s RETURNING last_seq)
INSERT INTO bench_message (room, seq, body) SELECT %(room)s, last_seq, %(body)s FROM numbered RETURNING seq
"""
rooms: dict[int, set[ServerConnection]] = {}
pool = ThreadPoolExecutor(8)
local = threading.local()


def append(room: int, body: str) -> int:
    """Store one message and return its number."""
    if not hasattr(local, "connection"):
        local.connection = psycopg2.connect(os.environ["BENCH_DSN"])
        local.connection.autocommit = True
    with local.connection.cursor() as cursor:
        cursor.execute(APPEND, {"room": room, "body": body})
        return cursor.fetchone()[0]


async def talk(peer: ServerConnection) -> None:
    """Serve one connection: the first frame names the room, every other is a message."""
    room = int(await peer.recv())
    rooms.setdefault(room, set()).add(peer)
    try:
        async for text in peer:
            await answer(peer, room, json.loads(text))
    finally:
        rooms[room].discard(peer)


async def answer(peer: ServerConnection, room: int, frame: dict[str, Any]) -> None:
    """Store a message, hand it to everybody in the room, and confirm it."""
    body = frame["data"]["body"]
    seq = await asyncio.get_running_loop().run_in_executor(pool, append, room, body)
    event = json.dumps({"seq": seq, "type": "message.created", "data": {"body": body}})
    for other in tuple(rooms[room]):
        await other.send(event)
    await peer.send(json.dumps({"re": frame["id"], "ok": True, "data": {"seq": seq}}))


async def main(port: int) -> None:
    """Listen until killed."""
    async with serve(talk, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
