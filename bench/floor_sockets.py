"""The floor of the sockets: bare websockets and one Redis subscription, no Django.

A text is sent back as it came; what is published on the channel goes to every connection. Run by ``bench.sockets``.
"""

from __future__ import annotations

import asyncio
import os
import sys

import redis.asyncio
from websockets.asyncio.server import ServerConnection, broadcast, serve

CHANNEL = "bench.sockets"
peers: set[ServerConnection] = set()


async def talk(peer: ServerConnection) -> None:
    """Serve one connection."""
    peers.add(peer)
    try:
        async for text in peer:
            await peer.send(text)
    finally:
        peers.discard(peer)


async def listen() -> None:
    """Hand what Redis says on to everybody."""
    async with redis.asyncio.Redis.from_url(os.environ["BENCH_REDIS"]).pubsub() as heard:
        await heard.subscribe(CHANNEL)
        async for message in heard.listen():
            if message["type"] == "message":
                broadcast(peers, message["data"].decode())


async def main(port: int) -> None:
    """Listen until killed."""
    async with serve(talk, "127.0.0.1", port, compression=None, ping_interval=None), asyncio.TaskGroup() as group:
        group.create_task(listen())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
