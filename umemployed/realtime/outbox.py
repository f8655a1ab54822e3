"""What waits to be written to one peer; bounded, so that a peer that does not read costs no memory."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any

from umemployed.realtime.protocol import WAITING_CHARACTERS, WAITING_FRAMES

Send = Callable[[dict[str, Any]], Awaitable[None]]


@coroutine
def _go_on(started: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Carry a coroutine on, in a task, that was started without one and waits for ``awaited``."""
    try:
        while True:
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001 - a cancellation is the coroutine's, too
                awaited = started.throw(error)
            else:
                awaited = started.send(None)
    except StopIteration:
        return


class Outbox:
    """Writes frames to one peer in order. An idle peer has neither a queue nor a task."""

    __slots__ = ("_busy", "_characters", "_idle", "_on_overflow", "_send", "_task", "_waiting")

    def __init__(self, send: Send, on_overflow: Callable[[], None]) -> None:
        self._send = send
        self._on_overflow = on_overflow
        self._waiting: deque[str] | None = None
        self._characters = 0
        self._busy = False
        self._task: asyncio.Task[None] | None = None
        self._idle: asyncio.Event | None = None

    def put(self, text: str) -> None:
        """Append a frame; it is written as soon as the peer reads. Overflow is reported, not raised."""
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(text)
        self._characters += len(text)
        if len(self._waiting) > WAITING_FRAMES or self._characters > WAITING_CHARACTERS:
            self._on_overflow()
        elif not self._busy:
            self._start()

    async def say(self, text: str) -> None:
        """Write a frame now if nothing waits before it (no task, no queue), else append it."""
        if self._busy:
            self.put(text)
            return
        self._busy = True
        try:
            await self._send({"type": "websocket.send", "text": text})
        finally:
            self._busy = False
            if self._waiting:
                self._start()

    async def drained(self) -> None:
        """Wait until the peer has taken everything; a long replay goes on only then."""
        while self._busy or self._waiting:
            if self._idle is None:
                self._idle = asyncio.Event()
            self._idle.clear()
            await self._idle.wait()

    def stop(self) -> None:
        """Forget what waits; the connection is about to close."""
        if self._task is not None:
            self._task.cancel()
        self._busy = True
        self._waiting = None

    def _start(self) -> None:
        """Write what the peer takes at once; only for one that does not, a task is made, which costs more than that."""
        self._busy = True
        writing = self._write()
        try:
            awaited = writing.send(None)
        except StopIteration:
            return
        self._task = asyncio.create_task(_go_on(writing, awaited))

    async def _write(self) -> None:
        try:
            while self._waiting:
                text = self._waiting.popleft()
                self._characters -= len(text)
                await self._send({"type": "websocket.send", "text": text})
        except (OSError, RuntimeError):
            self._waiting = None  # the peer is gone, or told to go; the receiving side ends the connection
        self._busy = False
        self._task = self._waiting = None
        if self._idle is not None:
            self._idle.set()
