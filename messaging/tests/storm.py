"""Clients that lose their connections at random, as a frontend on a train would, and count what they hear."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from umemployed.realtime.tests.servers import ORIGIN

DROPS = 0.06  # how many of all sends lose their connection before the answer
ANSWER_SECONDS = 30.0
AWAY = (ConnectionClosed, ConnectionError, InvalidHandshake, TimeoutError, OSError)


@dataclass
class Sailor:
    """One person on one device: sends ``letters``, repeats what was not answered, hears the conversation."""

    name: str
    token: Callable[[], str]
    room: str
    ports: tuple[int, ...]
    letters: list[str]
    expected: int
    chance: random.Random
    last_seq: int = 0  # of the stream
    heard: list[tuple[int, str]] = field(default_factory=list)  # (number in the conversation, text)
    faults: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)  # text → number in the conversation
    pause: float = 0  # seconds between two letters, at most
    may_send: Callable[[int], bool] = lambda number: True  # whether the storm has come to this letter
    drops: int = 0
    gaps: int = 0  # frames that were skipped on a standing connection, and fetched by a resume
    socket: ClientConnection | None = None
    _numbers: int = 0
    _resuming: int | None = None  # the id of the resume that is not answered yet

    async def sail(self) -> None:
        """Send everything, then listen until everything was heard; connect anew as often as it takes."""
        waiting = [(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), text) for text in self.letters]
        while waiting or len(self.heard) < self.expected:
            try:
                await self._enter()
                while waiting:
                    while not self.may_send(len(self.letters) - len(waiting)):
                        await asyncio.sleep(0.1)
                    await self._send(*waiting[0])
                    waiting.pop(0)
                    await asyncio.sleep(self.chance.uniform(0, self.pause))
                while len(self.heard) < self.expected:
                    await self._take()
            except AWAY:
                self.drops += 1
                await asyncio.sleep(self.chance.uniform(0.05, 0.5))
        await self.hang_up()

    async def _enter(self) -> None:
        await self.hang_up()
        self.socket = await connect(
            f"ws://127.0.0.1:{self.chance.choice(self.ports)}/ws/chat/",
            origin=ORIGIN,  # type: ignore[arg-type]
            subprotocols=["umemployed.v1"],  # type: ignore[list-item]
            compression=None,
            proxy=None,
        )
        await self._ask("authenticate", {"token": self.token()})
        while (await self._take())["type"] != "hello":
            pass
        await self._resume()
        while self._resuming is not None:
            await self._take()

    async def _resume(self) -> None:
        self._resuming = await self._say("resume", {"after": self.last_seq})

    async def hang_up(self) -> None:
        """Cut the line without a word."""
        self._resuming = None
        if self.socket is not None:
            self.socket.transport.abort()
            self.socket = None

    async def _send(self, ident: str, text: str) -> None:
        data = {"conversation": self.room, "client_msg_id": ident, "body": text}
        if self.chance.random() < DROPS:
            await self._say("message.send", data)
            await asyncio.sleep(self.chance.uniform(0, 0.02))
            assert self.socket is not None
            self.socket.transport.abort()
            raise ConnectionResetError
        answer = await self._ask("message.send", data)
        self.acknowledged[text] = answer["data"]["seq"]

    async def _say(self, kind: str, data: dict[str, Any]) -> int:
        assert self.socket is not None
        self._numbers += 1
        await self.socket.send(json.dumps({"id": self._numbers, "type": kind, "data": data}))
        return self._numbers

    async def _ask(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        number = await self._say(kind, data)
        while True:
            frame = await self._take()
            if frame.get("re") == number:
                if not frame["ok"]:
                    self.faults.append(f"{kind} was refused: {frame['problem']}")
                return frame

    async def _take(self) -> dict[str, Any]:
        """Read a frame, and follow the protocol: take what is next, ignore what was told, resume where one is skipped.

        Frames are skipped when the server has waited long enough for the resume of a client that is slow.
        """
        assert self.socket is not None
        async with asyncio.timeout(ANSWER_SECONDS):
            frame = json.loads(await self.socket.recv())
        if "seq" in frame:
            await self._take_in(frame)
        elif frame.get("type") == "resync":
            self.faults.append(f"resync: {frame}")
        elif "re" in frame and frame["re"] == self._resuming:
            self._resuming = None
            if not frame["ok"]:
                self.faults.append(f"resume was refused: {frame['problem']}")
        return frame

    async def _take_in(self, frame: dict[str, Any]) -> None:
        if frame["seq"] == self.last_seq + 1:
            self.last_seq = frame["seq"]
            if frame["type"] == "message.created":
                self.heard.append((frame["data"]["seq"], frame["data"]["body"]))
        elif frame["seq"] > self.last_seq and self._resuming is None:
            self.gaps += 1
            await self._resume()


async def sail_all(sailors: list[Sailor], seconds: float) -> list[str]:
    """Let all sail at once; return who is not done in time, and what they still lack."""
    tasks = [asyncio.create_task(sailor.sail()) for sailor in sailors]
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for sailor in sailors:
        await sailor.hang_up()
    return [
        f"{sailor.name} heard {len(sailor.heard)} of {sailor.expected}, has {len(sailor.acknowledged)} acknowledged,"
        f" dropped {sailor.drops} times: {outcome!r} {sailor.faults[:3]}"
        for sailor, outcome in zip(sailors, outcomes, strict=True)
        if outcome is not None
    ]
