"""The floor of a chat: bare websockets, and asyncpg with one bare statement per message, one by one.

No Django, no rights, no envelope beyond what the client of the benchmark needs. What it keeps is what makes a chat
one: a message has the next number of its room, in the order of commits; the same client's id is the same message;
and it is answered, and handed to everybody in the room, when it is committed. Run by ``bench.chat``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from typing import Any

import asyncpg
from websockets.asyncio.server import ServerConnection, serve

TABLES = """
CREATE TABLE bench_room (id bigint PRIMARY KEY, last_seq bigint NOT NULL);
CREATE TABLE bench_message (
    room bigint, seq bigint, client_msg_id uuid NOT NULL, body text, at timestamptz,
    PRIMARY KEY (room, seq), UNIQUE (room, client_msg_id)
);
"""
APPEND = """
WITH numbered AS (
    UPDATE bench_room SET last_seq = last_seq + 1
    WHERE id = $1 AND NOT EXISTS (SELECT FROM bench_message WHERE room = $1 AND client_msg_id = $2)
    RETURNING last_seq
)
INSERT INTO bench_message (room, seq, client_msg_id, body, at) SELECT $1, last_seq, $2, $3, now() FROM numbered
RETURNING seq
"""
CONNECTIONS = 8
rooms: dict[int, set[ServerConnection]] = {}
# Not asyncpg's pool, which asks PostgreSQL to forget everything after each use.
free: asyncio.Queue[asyncpg.Connection] = asyncio.Queue()


async def append(room: int, client_msg_id: uuid.UUID, body: str) -> int:
    """Store one message and return its number."""
    connection = await free.get()
    try:
        return await connection.fetchval(APPEND, room, client_msg_id, body)
    finally:
        free.put_nowait(connection)


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
    seq = await append(room, uuid.UUID(frame["data"]["client_msg_id"]), body)
    event = json.dumps({"seq": seq, "type": "message.created", "data": {"body": body}})
    for other in tuple(rooms[room]):
        await other.send(event)
    await peer.send(json.dumps({"re": frame["id"], "ok": True, "data": {"seq": seq}}))


async def main(port: int) -> None:
    """Listen until killed."""
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncpg.connect(**json.loads(os.environ["BENCH_DATABASE"])))
    async with serve(talk, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
