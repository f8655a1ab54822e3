"""One per web process: hears the channel layer once for all connections, sweeps, and beats.

The sweep makes Redis dispensable: every two seconds one query each asks which sessions stand and how
far each stream is, whatever was lost on the way is fetched, and whoever may not stay is closed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from umemployed.realtime import presence
from umemployed.realtime.authority import Principal, authority
from umemployed.realtime.frames import frame_text
from umemployed.realtime.pool import in_sweep
from umemployed.realtime.protocol import CloseCode
from umemployed.realtime.push import GROUP, Note, listen, unpack
from umemployed.realtime.stream import positions

if TYPE_CHECKING:
    from umemployed.realtime.consumer import RealtimeConsumer

logger = logging.getLogger(__name__)
SWEEP_SECONDS = 2.0
BEAT_SECONDS = 1.0
SUBSCRIBE_SECONDS = 0.5  # how long the first connection waits for Redis
# A frame that the tables know may still be on its way through Redis; only then is it called lost.
GRACE_SECONDS = 0.2
Key = tuple[int, str]
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def open_connections() -> dict[str, float]:
    """Return how many connections each socket has in this process; from any thread, at the accuracy of a glance."""
    counts: dict[str, float] = {}
    for hub in tuple(_hubs.values()):
        for (_user, socket), peers in tuple(hub._connections.items()):
            counts[socket] = counts.get(socket, 0) + len(peers)
    return counts


def look(principals: set[Principal], keys: Iterable[Key]) -> tuple[set[Principal], dict[Key, tuple[int, int]]]:
    """Return which principals stand, and (last_seq, epoch) of each stream: two queries for all."""
    return authority().standing(principals), positions(keys)


class Hub:
    """All connections of this process, by person and socket."""

    def __init__(self) -> None:
        self._connections: dict[Key, set[RealtimeConsumer]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._channel = f"hub.{uuid4().hex}"
        self._listening = asyncio.Event()
        self._deaf_until = 0.0
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._process = str(uuid4())  # under which people's presence is leased
        self._leased = False

    @classmethod
    def current(cls) -> Hub:
        """Return the hub of the running event loop."""
        loop = asyncio.get_running_loop()
        if loop not in _hubs:
            _hubs[loop] = hub = cls()
            hub._loop = loop
            listen(hub)
        return _hubs[loop]

    def count(self, connection: RealtimeConsumer) -> int:
        """Return how many connections this person has on this socket, here."""
        return len(self._connections.get(self._key(connection), ()))

    async def join(self, connection: RealtimeConsumer) -> None:
        """Hear for this connection from now on. A dead Redis delays this once, and never fails it."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(each()) for each in self._chores()]
            await asyncio.sleep(0)  # let the listener open its channel
        self._connections.setdefault(self._key(connection), set()).add(connection)
        if not self._listening.is_set() and time.monotonic() >= self._deaf_until:
            with suppress(TimeoutError):
                async with asyncio.timeout(SUBSCRIBE_SECONDS):
                    await self._listening.wait()
                return
            self._deaf_until = time.monotonic() + SWEEP_SECONDS

    def _chores(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        return self._listen, self._enter, self._sweep, self._beat, self._lease

    def leave(self, connection: RealtimeConsumer) -> None:
        """Forget the connection."""
        key = self._key(connection)
        peers = self._connections.get(key)
        if peers is not None:
            peers.discard(connection)
            if not peers:
                del self._connections[key]

    @staticmethod
    def _key(connection: RealtimeConsumer) -> Key:
        return connection.principal.user_id, connection.socket

    # --- Redis -----------------------------------------------------------------------------------
    async def _listen(self) -> None:
        """Take in what the channel layer brings from other processes."""
        layer = get_channel_layer()
        while True:
            try:
                self.hear(unpack(await layer.receive(self._channel)))
            except Exception as error:  # noqa: BLE001 - one bad packet or a broken Redis must not make us deaf
                logger.warning("The hub could not listen (%s).", type(error).__name__)
                await asyncio.sleep(BEAT_SECONDS)

    async def _enter(self) -> None:
        """Join the group that hears every publication; try for as long as it takes. The layer joins anew by itself."""
        while not self._listening.is_set():
            try:
                async with asyncio.timeout(SUBSCRIBE_SECONDS):
                    await get_channel_layer().group_add(GROUP, self._channel)
                self._listening.set()
                self._wake.set()  # what was said while nobody listened is in the tables
            except Exception as error:  # noqa: BLE001 - whatever a broken Redis raises, the sweep carries on
                logger.warning("The hub is deaf (%s); the sweep delivers meanwhile.", type(error).__name__)
                await asyncio.sleep(BEAT_SECONDS)

    def hear_soon(self, notes: Sequence[Note]) -> None:
        """Hear notes of this process, from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self.hear, notes)

    def hear(self, notes: Sequence[Note]) -> None:
        """Hand each note on to the connections of its people."""
        for socket, tail, people in notes:
            for user_id, seq in people:
                peers = self._connections.get((user_id, socket))
                if not peers:
                    continue
                if tail is None:
                    self._wake.set()
                    continue
                text = frame_text(seq, tail)
                for connection in tuple(peers):
                    connection.deliver(seq, text)

    # --- The clock -------------------------------------------------------------------------------
    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            now = time.monotonic()
            for peers in tuple(self._connections.values()):
                for connection in tuple(peers):
                    connection.beat(now)

    async def _sweep(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._compare()
            except Exception as error:  # noqa: BLE001 - PostgreSQL may be away; connections wait for it
                logger.warning("A sweep failed (%s); the next one comes.", type(error).__name__)

    async def _lease(self) -> None:
        """Lease the presence of whoever is heard here; whoever is here no longer is told of within seconds."""
        while True:
            await asyncio.sleep(presence.TICK_SECONDS)
            present = self.heard(time.monotonic())
            if not present and not self._leased:
                continue
            try:
                await in_sweep(presence.keep_present, self._process, present)
                self._leased = bool(present)
            except Exception as error:  # noqa: BLE001 - PostgreSQL may be away; leases run out meanwhile
                logger.warning("Presence could not be leased (%s); the next tick tries again.", type(error).__name__)

    def heard(self, now: float) -> set[Key]:
        """Return the people of watched sockets who said something lately, and on which socket."""
        return {
            key
            for key, peers in self._connections.items()
            if key[1] in presence.LISTENERS
            and any(now - connection.heard_at < presence.HEARD_SECONDS for connection in peers)
        }

    async def _compare(self) -> None:
        """Compare every connection with the tables; fetch what is missing, close who may not stay."""
        present = [(key, connection) for key, peers in self._connections.items() for connection in peers]
        if not present:
            return
        principals = {connection.principal for _, connection in present}
        standing, found = await in_sweep(look, principals, {key for key, _ in present})
        await asyncio.sleep(GRACE_SECONDS)
        for key, connection in present:
            last_seq, epoch = found.get(key, (0, 0))
            if connection.principal not in standing:
                connection.shut(CloseCode.UNAUTHENTICATED)
            elif epoch > connection.epoch:
                connection.shut(CloseCode.ACCESS_LOST)
            elif last_seq > connection.sent:
                connection.learn(last_seq)
