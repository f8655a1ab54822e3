"""A connection that has ended starts nothing more."""

from __future__ import annotations

import asyncio
from typing import Any

from umemployed.realtime.tests.play import PlayConsumer

FOREIGN = {"type": "websocket", "path": "/ws/play/", "headers": [(b"origin", b"https://foreign.example")]}


def test_a_sweep_or_a_timer_that_comes_after_the_end_starts_no_task() -> None:
    """A task that nobody wakes is collected some day, and asyncio reports it as an error."""

    async def live_and_be_told() -> tuple[list[dict[str, Any]], int, int]:
        said: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        connection = PlayConsumer(FOREIGN, receive, send)
        await connection.run()
        connection.learn(3)
        connection._release()
        connection.deliver(7, "{}")
        return said, connection.wanted, len(asyncio.all_tasks())

    said, wanted, tasks = asyncio.run(live_and_be_told())
    assert (said, wanted, tasks) == ([{"type": "websocket.close"}], 7, 1)
